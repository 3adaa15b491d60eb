import importlib.util
import json
import re
import sys
from array import array
from pathlib import Path

import pytest

from tests.unit.toolgrad_data.export.records import dependent, record, step
from tests.unit.toolgrad_data.export.test_command import call, run_of
from toolgrad_data.errors import UsageError
from toolgrad_data.export.datasets.tokens import TokenCounter, distribution
from toolgrad_data.export.from_record import example_of

needs_transformers = pytest.mark.skipif(
    importlib.util.find_spec("transformers") is None, reason="needs transformers (the extra tokens)"
)


@pytest.fixture
def tokenizer(tmp_path: Path) -> Path:
    from tests.unit.toolgrad_data.export.tokenizers_here import word_tokenizer

    return word_tokenizer(tmp_path / "tokenizer")


def words(text: str) -> int:
    return len(re.findall(r"\w+|[^\w\s]+", text))


@needs_transformers
def test_all_that_the_template_renders_is_counted(tokenizer: Path) -> None:
    example = example_of(record(step("s1", "weather", {"city": "Rome"}, "sunny"), query="How now?", response="Sunny."))
    text = 'weather [user] How now? [assistant]  weather {"city": "Rome"} [tool] sunny [assistant] Sunny. '
    assert TokenCounter(str(tokenizer)).count(example) == words(text)


@needs_transformers
def test_what_is_too_long_is_left_out_and_the_lengths_are_told(
    tokenizer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    queries = ["a", "a " * 100, "a " * 50]
    run = run_of(tmp_path / "run", *[record(step("s1", "weather", {"city": "Rome"}), query=q) for q in queries])
    common = (run, "-f", "parquet" if importlib.util.find_spec("pyarrow") else "trl", "--tokenizer", tokenizer)
    report = tmp_path / "report.json"
    assert call(monkeypatch, *common, "-o", tmp_path / "x", "--max-tokens", 80, "--report", report) == 0
    told = json.loads(report.read_text())
    assert told["left_out"] == {"has more than 80 tokens": 1}
    assert told["rows"] == 2
    assert told["tokens"]["max"] - told["tokens"]["min"] == 99
    assert told["tokens"]["p50"] - told["tokens"]["min"] == 49
    assert "tokens        examples 3, total " in capsys.readouterr().out


@needs_transformers
def test_a_template_may_be_given_and_may_refuse(
    tokenizer: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path / "single.jinja"
    template.write_text(
        "{% for m in messages %}{% if m.tool_calls and m.tool_calls | length > 1 %}"
        "{{ raise_exception('one call at a time') }}{% endif %}{{ (m.tool_calls or []) | tojson }}{% endfor %}"
    )
    run = run_of(tmp_path / "run", dependent(), record(step("s1", "weather", {"city": "Rome"})))
    report = tmp_path / "report.json"
    common = (run, "-f", "trl", "--tokenizer", tokenizer, "--chat-template", template, "--report", report)
    assert call(monkeypatch, *common, "-o", tmp_path / "x") == 0
    assert json.loads(report.read_text())["left_out"] == {"the chat template refuses it: one call at a time": 1}
    assert call(monkeypatch, *common, "-o", tmp_path / "y", "--sequential", "--overwrite") == 0
    assert json.loads(report.read_text())["left_out"] == {}


@needs_transformers
def test_what_cannot_count_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.unit.toolgrad_data.export.tokenizers_here import word_tokenizer

    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(UsageError, match="has no chat template"):
        TokenCounter(str(word_tokenizer(tmp_path / "bare", None)))
    with pytest.raises(UsageError, match="cannot be loaded"):
        TokenCounter(str(tmp_path))
    with pytest.raises(UsageError, match="cannot be read"):
        TokenCounter(str(word_tokenizer(tmp_path / "full")), tmp_path / "none.jinja")


def test_without_transformers_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = run_of(tmp_path / "run", dependent())
    monkeypatch.setitem(sys.modules, "transformers", None)
    assert call(monkeypatch, run, "-f", "trl", "-o", tmp_path / "x", "--tokenizer", "any") == 2
    assert "pip install 'toolgrad-langgraph[tokens]'" in capsys.readouterr().err
    assert call(monkeypatch, run, "-f", "trl", "-o", tmp_path / "x", "--max-tokens", 5) == 2
    assert "--max-tokens needs a tokenizer" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_percentiles_are_lengths_that_are_there() -> None:
    assert distribution(array("q", [5])) == {
        "examples": 1,
        "total": 5,
        "mean": 5,
        "min": 5,
        "p50": 5,
        "p90": 5,
        "p99": 5,
        "max": 5,
    }
    told = distribution(array("q", range(1, 101)))
    assert (told["p50"], told["p90"], told["p99"], told["mean"]) == (50, 90, 99, 50)
