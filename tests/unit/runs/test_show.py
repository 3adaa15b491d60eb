import re
from pathlib import Path

import pytest
from rich.console import Console

from graph.record import (
    Attempt,
    ContextSource,
    DefaultSource,
    DerivedSource,
    Gradient,
    Record,
    RecordContext,
    Step,
    StepSource,
    Turn,
    UserSource,
)
from tests.unit.runs.helpers import TOOLS, record, settings
from tool_registry.result import ToolError
from toolgrad_data.errors import UsageError
from toolgrad_data.run_info import new_run_info
from toolgrad_data.show import find_run, record_view, select_records, source_in_words
from toolgrad_data.store import RunStore


@pytest.fixture
def run(tmp_path: Path) -> Path:
    out = tmp_path / "run"
    with RunStore(out, new_run_info(settings(out), TOOLS), TOOLS) as store:
        for index in range(5):
            store.commit(record(index))
        store.commit(record(5, reasons=["natural: it names a tool"]))
    return out


def text(made: Record, *, verbose: bool = False) -> str:
    console = Console(width=120)
    with console.capture() as captured:
        console.print(record_view(made, verbose=verbose))
    return " ".join(re.sub("[│├└─]", " ", captured.get()).split())


def rich_record() -> Record:
    steps = [
        Step(
            id="s1",
            tool="airport_lookup",
            arguments={"iata": "HND"},
            sources={"/iata": UserSource(quote="HND")},
            result={"lat": 35.55, "note": "x" * 500},
            truncated=True,
        ),
        Step(
            id="s2",
            tool="sun_times",
            arguments={"lat": 35.55, "when": {"date": "2026-03-01"}, "unit": "km"},
            sources={
                "/lat": StepSource(step="s1", pointer="/lat"),
                "/when/date": UserSource(quote="1 March 2026"),
                "/unit": DefaultSource(),
            },
            result={"sunrise": "06:11"},
        ),
        Step(id="s3", tool="list_all", arguments={}, result=[], empty=True),
    ]
    return record().model_copy(
        update={
            "context": RecordContext(now="2026-01-01T00:00:00Z"),
            "turns": [Turn(query="When is sunrise?", steps=steps, chains=[["s1", "s2"], ["s3"]], response="At 06:11.")],
            "gradients": [Gradient(iteration=1, selected=["p1"], text="Try the moon [next].")],
            "attempts": [
                Attempt(
                    iteration=1,
                    id="p2",
                    tool="convert",
                    arguments={"value": 3},
                    ok=False,
                    error=ToolError(kind="timeout", message="after 20 s"),
                )
            ],
        }
    )


def test_a_record_reads_as_query_chains_with_sources_and_response() -> None:
    shown = text(rich_record())
    for words in (
        "s0-000000 3 calls · 2 chains · 1 iteration",
        "When is sunrise?",
        "Chain 1",
        "Chain 2",
        "s1 airport_lookup",
        'iata = "HND" ← user: “HND”',
        "lat = 35.55 ← s1 /lat",
        'when.date = "2026-03-01" ← user: “1 March 2026”',
        'unit = "km" ← the tool\'s default',
        "(cut to the size cap)",
        "→ [] (empty)",
        "At 06:11.",
        '"now": "2026-01-01T00:00:00Z"',
    ):
        assert words in shown, words
    assert "x" * 300 not in shown
    assert "Try the moon" not in shown


def test_verbose_adds_the_critiques_and_what_failed() -> None:
    shown = text(rich_record(), verbose=True)
    assert "Try the moon [next]." in shown
    assert 'p2 convert {"value": 3} → timeout: after 20 s' in shown


def test_sources_in_words() -> None:
    assert source_in_words(ContextSource(pointer="/now")) == "context /now"
    assert source_in_words(StepSource(step="s2", pointer="/a", span="42")) == "s2 /a (the part “42”)"
    derived = DerivedSource(op="add_days", of=[ContextSource(pointer="/now")], params={"days": 1})
    assert source_in_words(derived) == 'add_days of context /now, {"days": 1}'


def test_the_first_few_or_one_by_id_or_number(run: Path) -> None:
    assert [one.id for one in select_records(run, None, rejected=False, limit=2)] == [
        "s0-000000",
        "s0-000001",
    ]
    assert [one.id for one in select_records(run, "s0-000003", rejected=False, limit=1)] == ["s0-000003"]
    assert [one.id for one in select_records(run, "4", rejected=False, limit=1)] == ["s0-000004"]
    assert [one.id for one in select_records(run, None, rejected=True, limit=9)] == ["s0-000005"]


def test_a_rejected_one_is_found_by_id_and_says_why(run: Path) -> None:
    (found,) = select_records(run, "5", rejected=False, limit=1)
    assert "rejected: natural: it names a tool" in text(found)


def test_what_is_not_there_is_explained(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"no record '77'.\nIt has, for example: s0-000000"):
        select_records(run, "77", rejected=False, limit=1)
    (run / "rejected.jsonl").unlink()
    with pytest.raises(UsageError, match="has no rejected records"):
        select_records(run, None, rejected=True, limit=1)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"nope: does not exist.\nMake one: toolgrad generate"):
        find_run(Path("nope"))
    (tmp_path / "runs").mkdir()
    run.rename(tmp_path / "runs" / "first")
    assert find_run(Path("first")) == Path("runs/first")
    with pytest.raises(UsageError, match=r"nope: does not exist.\nRuns here: runs/first"):
        find_run(Path("nope"))
