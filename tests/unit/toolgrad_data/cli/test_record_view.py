import re
from pathlib import Path

import pytest
from rich.console import Console

from graph.marks import ArgumentSource, Ask, DerivedTell, GivenSource, Tell
from graph.record import (
    Attempt,
    Finding,
    Gradient,
    Ingredients,
    Note,
    PolicyRules,
    Record,
    RecordContext,
    RejectedRecord,
    Step,
    Turn,
    Verification,
)
from graph.sources import ComposedSource, ContextSource, DefaultSource, DerivedSource, StepSource, UserSource
from tests.unit.toolgrad_data.runs.helpers import TOOLS, record, settings
from tool_registry.result import ToolError
from toolgrad_data.cli.marks_view import query_view, response_view, tell_in_words
from toolgrad_data.cli.record_view import print_records, record_view
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.reading import find_run, select_records
from toolgrad_data.runs.run_info import new_run_info
from toolgrad_data.runs.store import RunStore


@pytest.fixture
def run(tmp_path: Path) -> Path:
    out = tmp_path / "run"
    with RunStore(out, new_run_info(settings(out), TOOLS), TOOLS) as store:
        for index in range(5):
            store.commit(record(index))
        store.commit(record(5, reasons=["natural: it names a tool"]))
    return out


QUERY = "When is sunrise at HND on 1 March 2026?"


def text(made: Record, *, verbose: bool = False, with_marks: bool = True) -> str:
    console = Console(width=120)
    with console.capture() as captured:
        console.print(record_view(made, verbose=verbose, with_marks=with_marks))
    return " ".join(re.sub("[│├└─]", " ", captured.get()).split())


def rich_record() -> Record:
    steps = [
        Step(
            id="s1",
            tool="airport_lookup",
            arguments={"iata": "HND"},
            sources={"/iata": UserSource(start=19, end=22, quote="HND")},
            result={"lat": 35.55, "note": "x" * 500},
            truncated=True,
        ),
        Step(
            id="s2",
            tool="sun_times",
            arguments={"lat": 35.55, "when": {"date": "2026-03-01"}, "unit": "km"},
            sources={
                "/lat": StepSource(step="s1", pointer="/lat"),
                "/when/date": UserSource(start=26, end=38, quote="1 March 2026"),
                "/unit": DefaultSource(),
            },
            result={"sunrise": "06:11"},
        ),
        Step(id="s3", tool="list_all", arguments={}, result=[], empty=True),
    ]
    return record().model_copy(
        update={
            "context": RecordContext(now="2026-01-01T00:00:00Z"),
            "turns": [
                Turn(
                    query=QUERY,
                    asks=[Ask(start=0, end=15, quote="When is sunrise", steps=["s2"])],
                    steps=steps,
                    chains=[["s1", "s2"], ["s3"]],
                    response="At 06:11.",
                    tells=[Tell(start=3, end=8, quote="06:11", source=StepSource(step="s2", pointer="/sunrise"))],
                )
            ],
            "gradients": [
                Gradient(
                    iteration=1,
                    selected=["p1"],
                    text="Try the moon [next].",
                    notes=[Note(kind="unknown_call", call="p9", message="there is no p9")],
                )
            ],
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
        "When is sunrise⁽ˢ²⁾ at HND on 1 March 2026?",
        "Chain 1",
        "Chain 2",
        "s1 airport_lookup",
        'iata = "HND" ← user: “HND”',
        "lat = 35.55 ← s1 /lat",
        'when.date = "2026-03-01" ← user: “1 March 2026”',
        'unit = "km" ← the tool\'s default',
        "(cut to the size cap)",
        "→ [] (empty)",
        "At 06:11⁽¹⁾. ⁽¹⁾ s2/sunrise",
        '"now": "2026-01-01T00:00:00Z"',
    ):
        assert words in shown, words
    assert "x" * 300 not in shown
    assert "Try the moon" not in shown


def test_without_marks_the_words_are_as_they_are() -> None:
    shown = text(rich_record(), with_marks=False)
    assert "At 06:11." in shown
    assert QUERY in shown
    assert "⁽" not in shown


@pytest.mark.parametrize(("encoding", "marked"), [("utf-8", True), ("cp1252", False), ("ascii", False)])
def test_a_code_page_without_small_digits_gets_no_marks(tmp_path: Path, encoding: str, marked: bool) -> None:
    path = tmp_path / "out"
    with open(path, "w", encoding=encoding, errors="replace") as file:
        print_records([rich_record()], Console(file=file, width=120))
    shown = path.read_text(encoding=encoding)
    assert ("At 06:11⁽¹⁾." in shown) is marked
    assert ("At 06:11." in shown) is not marked


def test_words_that_ask_for_several_steps_have_each() -> None:
    query = "How far and how long?"
    asks = [
        Ask(start=0, end=20, quote=query[:20], steps=["s1", "s12"]),
        Ask(start=12, end=20, quote="how long", steps=["s2", "s1"]),
        Ask(start=4, end=7, quote="far", steps=["call-3"]),
        Ask(start=4, end=40, quote="beyond", steps=["s4"]),
    ]
    assert query_view(query, asks).plain == "How far⁽call-3⁾ and how long⁽ˢ¹⁾⁽ˢ¹²⁾⁽ˢ²⁾?"
    assert query_view(query, []).plain == query


def tell(words: str, response: str, **members: object) -> Tell:
    start = response.index(words)
    return Tell.model_validate({"start": start, "end": start + len(words), "quote": words, **members})


def at(pointer: str, step: str = "s1") -> StepSource:
    return StepSource(step=step, pointer=pointer)


def test_each_value_has_one_number_and_words_that_tell_several_have_several() -> None:
    response = "It is 3 km, yes 3 km, by 9 on 1 May."
    tells = [
        tell("3 km", response, source=at("/km")),
        Tell(start=16, end=20, quote="3 km", source=at("/km")),
        tell("9", response, source=at("/at"), either=[at("/by", "s2")], inferred=True),
        tell("9 on 1 May", response, source=at("/at"), also=[at("/date")]),
        tell("1 May", response, source=at("/date")),
        Tell(start=30, end=99, quote="beyond", source=at("/no")),
    ]
    shown, legend = response_view(response, tells)
    assert shown.plain == "It is 3 km⁽¹⁾, yes 3 km⁽¹⁾, by 9⁽²⁾ on 1 May⁽³⁾⁽⁴⁾."
    assert legend is not None
    assert legend.plain.split("   ") == [
        "⁽¹⁾ s1/km",
        "⁽²⁾ s1/at or s2/by (inferred)",
        "⁽³⁾ s1/at and s1/date",
        "⁽⁴⁾ s1/date",
    ]
    assert response_view(response, [])[1] is None


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"did": "s4"}, "s4 done"),
        ({"source": at("")}, "s1"),
        ({"source": at("/open"), "paraphrase": True}, "s1/open (in other words)"),
        ({"source": GivenSource(of=ArgumentSource(step="s1", pointer="/x"))}, "given s1/x"),
        ({"source": GivenSource(of=ContextSource(pointer="/now"))}, "given context/now"),
        ({"source": DerivedTell(op="difference", of=[at("/a"), at("/b", "s2")])}, "difference of s1/a, s2/b"),
        ({"source": DerivedTell(op="sum", of=[at(f"/{n}") for n in range(9)])}, "sum of s1/0, s1/1, s1/2, s1/3, …"),
        ({}, "nothing"),
    ],
)
def test_tells_in_words(members: dict[str, object], words: str) -> None:
    assert tell_in_words(tell("x", "x", **members)) == words


def test_a_rejected_one_says_by_which_code_where_and_what_the_record_has_instead() -> None:
    finding = Finding(promise="cited", code="not_said", message="the response says '06:12'", because="it is 06:11")
    finding = finding.model_copy(update={"where": "/turns/0/response"})
    made = RejectedRecord(
        **{
            **rich_record().model_dump(),
            "reasons": ["cited: the response says '06:12'"],
            "verification": Verification(cited=False, findings=[finding]),
            "warnings": [Finding(promise="cited", code="which_figure", message="which is it?", where="/turns/0")],
        }
    )
    shown = text(made)
    assert "says '06:12' not_said at /turns/0/response; the record has: it is 06:11" in shown
    assert "noticed: cited/which_figure /turns/0: which is it?" in shown


def test_dialogues_and_rules_of_a_policy_are_shown() -> None:
    made = rich_record()
    later = made.turns[0].model_copy(update={"kind": "follow_up", "query": "And then?", "steps": [], "chains": []})
    made = made.model_copy(update={"turns": [*made.turns, later], "policy": PolicyRules(text="Ask before you book.")})
    shown = text(made)
    assert "Turn 2: follow up Query And then?" in shown
    assert "Policy Ask before you book." in shown


def test_verbose_shows_what_a_sample_was_given() -> None:
    made = rich_record().model_copy(update={"ingredients": Ingredients(who="a cook", places=["Graz"])})
    assert '{"who": "a cook", "places": ["Graz"]}' in text(made, verbose=True)
    assert "a cook" not in text(made)


def test_verbose_adds_the_critiques_and_what_failed() -> None:
    shown = text(rich_record(), verbose=True)
    assert "Try the moon [next]. Note: there is no p9" in shown
    assert 'p2 convert {"value": 3} → timeout: after 20 s' in shown


def test_sources_in_words() -> None:
    assert ContextSource(pointer="/now").in_words() == "context /now"
    assert StepSource(step="s2", pointer="/a", span="42").in_words() == "s2 /a (the part “42”)"
    derived = DerivedSource(op="add_days", of=[ContextSource(pointer="/now")], params={"days": 1})
    assert derived.in_words() == 'add_days of context /now, {"days": 1}'
    assert UserSource(start=0, end=4, quote="then").in_words() == "user: “then”"
    later = UserSource(turn=1, start=0, end=5, quote="there", paraphrase=True)
    assert later.in_words() == "user: “there”, turn 2, in other words"
    assert ComposedSource(of=[later]).in_words().startswith("written by the author from user: “there”")


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
