from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.context import Context
from nodes.sample import record_context
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.setting_checks import unwritten_language
from toolgrad_data.runs.settings import SETTINGS, context_settings, read_config, run_settings


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "run.toml"
    path.write_text(text)
    return path


def test_option_beats_file_beats_default(tmp_path: Path) -> None:
    path = config(tmp_path, 'samples = 7\nout = "runs/x"\nproposals = 5\npatience = 9\n')
    made = run_settings({"proposals": 4, "seed": None, "samples": None}, path)
    assert (made.samples, made.out, made.seed) == (7, Path("runs/x"), 0)
    assert (made.context.proposals, made.context.patience) == (4, 9)
    assert made.context.max_iterations == Context().max_iterations


def test_every_context_setting_can_stand_in_a_file(tmp_path: Path) -> None:
    assert set(Context.model_fields) <= set(SETTINGS)
    path = config(tmp_path, "tool-timeout = 3.5\nallow_writes = true\nmax-result-bytes = 300\n")
    assert read_config(path) == {"tool_timeout_s": 3.5, "allow_writes": True, "max_result_bytes": 300}


@pytest.mark.parametrize(
    "text",
    [
        'tools = ["builtin:moon", "python:a.py:B"]',
        '[[tools]]\nspec = "builtin:moon"\n[[tools]]\nspec = "python:a.py:B"',
    ],
)
def test_tools_as_list_or_tables(tmp_path: Path, text: str) -> None:
    assert read_config(config(tmp_path, text)) == {"tools": ["builtin:moon", "python:a.py:B"]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("proposal = 3", ["'proposal'", "Did you mean 'proposals'", "Allowed: ", "max_iterations"]),
        ("samples = 3\nproposals =", ["not TOML", "line 2"]),
        (
            '[[tools]]\nspecs = "builtin"',
            ["line 2: [[tools]] number 1", "'specs'. Did you mean 'spec'?", "allow_writes"],
        ),
        ('tool_timeout = 1\n"tool-timeout-s" = 2', ["twice"]),
    ],
)
def test_a_bad_file_is_explained(tmp_path: Path, text: str, words: list[str]) -> None:
    path = config(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        read_config(path)
    assert all(word in str(caught.value) for word in [str(path), *words])
    assert caught.value.exit_code == 2


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_bytes(b"\xef\xbb\xbfsamples = 3")
    assert read_config(path) == {"samples": 3}


NO_MOMENTS = ["tomorrow", "2026-02-30", "2026-05-01T25:00", "", " 2026-05-01", "2026-05-01x10:00", "0001-01-01"]


@pytest.mark.parametrize("now", NO_MOMENTS)
def test_the_present_is_a_moment(now: str, tmp_path: Path) -> None:
    for make in (
        lambda: run_settings({"samples": 1, "out": "x", "now": now}),
        lambda: context_settings({}, config(tmp_path, f'now = "{now}"')),
    ):
        with pytest.raises(UsageError, match=r"--now '.*': no ISO 8601 date.*such as 2026-05-01"):
            make()
    # What an earlier version has let through stays readable, and is a base for what is not about it.
    earlier = Context.model_validate_json(Context(now=now).model_dump_json())
    assert context_settings({"seed": 2}, base=earlier).now == now


@pytest.mark.parametrize("now", ["2026-05-01", "2026-05-01T09:30", "2026-05-01 09:30:00.5+02:00", "2026-05-01T09:30Z"])
def test_dates_and_times_are_moments(now: str) -> None:
    assert run_settings({"samples": 1, "out": "x", "now": now}).context.now == now


def test_a_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no\.toml: cannot be read"):
        read_config(tmp_path / "no.toml")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"samples": 0, "out": "x"}, ["--samples 0", "greater than or equal to 1"]),
        ({"out": "x"}, ["--samples is missing", "toolgrad generate --samples"]),
        ({"samples": 3}, ["--out is missing"]),
        ({"samples": 3, "out": "x", "calls": "1:x"}, ["--calls", "cannot read '1:x'", "LOW-HIGH:PERCENT"]),
        (
            {"samples": 3, "out": "x", "sampling": "random"},
            ["--sampling 'random'", "'uniform', 'stratified' or 'composable'"],
        ),
        ({"samples": 3, "out": "x", "tool_timeout_s": 0}, ["--tool-timeout 0", "greater than 0"]),
    ],
)
def test_a_bad_value_is_explained(options: dict[str, object], words: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        run_settings(options)
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_context_alone_ignores_a_runs_own_settings(tmp_path: Path) -> None:
    path = config(tmp_path, "samples = 4\nallow_unannotated = true")
    assert context_settings({"allow_writes": True}, path) == Context(allow_unannotated=True, allow_writes=True)


@given(st.text(max_size=30))
def test_any_mix_is_read_or_explained(mix: str) -> None:
    try:
        made = run_settings({"samples": 1, "out": "x", "calls": mix})
    except UsageError as error:
        words = str(error)
    else:
        assert made.context.calls == mix
        return
    assert words.startswith("--calls ")


def test_what_may_hold_a_secret_is_not_printed() -> None:
    with pytest.raises(UsageError) as caught:
        run_settings({"samples": 1, "out": "x", "base_url": "http://me:hush@localhost/v1"})
    assert "--base-url" in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "durability"),
    [
        ({}, "exit"),
        ({"tools": ["builtin:units", "builtin:cities"], "keep_checkpoints": "last"}, "exit"),
        ({"keep_checkpoints": "all"}, "sync"),
        ({"writer": "openai:gpt-5-mini"}, "sync"),
        ({"judge": "openai:gpt-5-mini"}, "sync"),
        ({"tools": ["builtin", "python:shop.py:TOOLS"]}, "sync"),
    ],
)
def test_each_step_is_written_where_something_may_be_paid_for(
    tmp_path: Path, options: dict[str, object], durability: str
) -> None:
    settings = run_settings({"samples": 1, "out": tmp_path / "run", **options}, None)
    assert settings.durability == durability


def test_a_language_that_nobody_writes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--language 'German': the offline writer writes English only"):
        run_settings({"samples": 1, "out": tmp_path, "language": "German"})
    with pytest.raises(UsageError, match=r"no language of CLDR is called 'Germn' \(did you mean German\?\)"):
        run_settings({"samples": 1, "out": tmp_path, "language": "Germn", "writer": "openai:m"})


def test_a_language_is_kept_by_its_name(tmp_path: Path) -> None:
    made = run_settings({"samples": 1, "out": tmp_path, "language": "de", "writer": "openai:m"})
    assert record_context(made.context).language == made.context.language == "German"
    assert unwritten_language(made.context) is None
    assert unwritten_language(Context(locale="de_AT")) == "German"
    assert unwritten_language(Context(locale="en_AT", language="British English")) is None
