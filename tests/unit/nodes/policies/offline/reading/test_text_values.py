import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.record import RecordContext, Step
from graph.sources import StepSource
from nodes.policies.base import Proposal, Proposals, ProposeRequest
from nodes.policies.offline.proposing.filling import Filler, Plan
from nodes.policies.offline.proposing.matching import match
from nodes.policies.offline.reading.offers import fresh_offers, offers_of
from nodes.policies.offline.reading.parameters import parameters_of
from nodes.policies.offline.reading.text_values import values_in
from nodes.policies.offline.weights import MATCH_MIN
from nodes.proofs.source_checks import Grounds, Leaf
from nodes.propose_calls import sound_proposals
from nodes.references import find_copies
from tool_registry.spec import ToolSpec

COMMIT = "891ccd9ff8f5c107946c50a33980ecfa87fd50f5"
LOG = f"Commit history:\nCommit: {COMMIT}\nAuthor: Ann Lee <ann@shop.example>\nDate: 2026-03-01 10:00:00+00:00\n"


def seen(text: str) -> dict[str, tuple[Any, str]]:
    return {value.span: (value.value, value.noun) for value in values_in(text)}


@pytest.mark.parametrize(
    ("text", "span", "value", "noun"),
    [
        (LOG, COMMIT, COMMIT, "commit"),
        (LOG, "ann@shop.example", "ann@shop.example", "email address"),
        (LOG, "2026-03-01", "2026-03-01", "date"),
        ("see 3f2a91b for it", "3f2a91b", "3f2a91b", "identifier"),
        ("found:\n/srv/my notes/plan.md\n/srv/b", "/srv/my notes/plan.md", "/srv/my notes/plan.md", "file"),
        ("found in /srv/b, again", "/srv/b", "/srv/b", "path"),
        ("go to https://shop.example/a?b=1.", "https://shop.example/a?b=1", "https://shop.example/a?b=1", "link"),
        ("size: 4096\nisFile: true", "4096", 4096, "size"),
        ("[DIR] src\n[FILE] read me.txt", "read me.txt", "read me.txt", "file"),
        ("* main\n  old", "main", "main", "entry"),
        ("  autumn\n* main\n  fix/a-b", "fix/a-b", "fix/a-b", "entry"),
        ("Order number: A-17", "A-17", "A-17", "order number"),
    ],
)
def test_values_are_found(text: str, span: str, value: Any, noun: str) -> None:
    assert seen(text)[span] == (value, noun)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("[FILE] /srv/my plan.txt\n[DIR] /srv/old things", ["/srv/my plan.txt", "/srv/old things"]),
        ('Wrote "/srv/a, b (1).txt" now', ["/srv/a, b (1).txt"]),
        ('- "/srv/my plan.txt" (12 kB)\n- /srv/my list.md (3 kB)', ["/srv/my plan.txt", "/srv/my list.md"]),
        ("Place: /srv/my notes/plan.txt", ["/srv/my notes/plan.txt"]),
        ("/srv/my plan.txt:12: found it", ["/srv/my plan.txt"]),
        ("C:\\Users\\Ida Olsen\\plan.txt", ["C:\\Users\\Ida Olsen\\plan.txt"]),
        ("Size  Name\n12K   /srv/my plan.txt\n3K    /srv/b.txt", ["12K", "/srv/my plan.txt", "3K", "/srv/b.txt"]),
        ("| Id | Name |\n|---|:--|\n| 7 | Ida Olsen |", ["7", "Ida Olsen"]),
        ('id,name\n7,"Olsen, Ida"\n8,Tom Berg', ["7", "Olsen, Ida", "8", "Tom Berg"]),
        ("id\tname\n7\tIda Olsen", ["7", "Ida Olsen"]),
        ("id: 7, name: Ida Olsen", ["7", "Ida Olsen"]),
        ('id=7 name="Ida Olsen"', ["7", "Ida Olsen"]),
        ("1. Ida Olsen\n2. Tom Berg", ["Ida Olsen", "Tom Berg"]),
        ("- **Ida Olsen** - reads\n- **Tom Berg** - writes", ["Ida Olsen", "Tom Berg"]),
        ("see https://shop.example/users{/owner}{/repo} for it", ["https://shop.example/users{/owner}{/repo}"]),
        # Where a name ends nobody can tell: nothing rather than a piece of it.
        ("Saved to /srv/my plan.txt", []),
        ("/srv/notes/trip, long.txt", []),
        ("Mia: /srv/a b/c and more", []),
        ("see '/srv/it's.txt'", []),
        ("Apples, pears and plums\nare red, green and blue", []),
    ],
)
def test_values_are_read_whole_or_not_at_all(text: str, spans: list[str]) -> None:
    assert list(seen(text)) == spans


def test_a_cell_is_called_as_its_column() -> None:
    found = values_in("| Reader ID | Name |\n|---|---|\n| R-7 | Ida Olsen |")
    assert [(value.span, value.noun, value.label, value.line) for value in found] == [
        ("R-7", "reader id", "Reader ID", 2),
        ("Ida Olsen", "name", "Name", 2),
    ]


@pytest.mark.parametrize("text", ["", "a plain sentence about nothing", "defaced", "1234567", "either/or and/or"])
def test_plain_words_hold_no_values(text: str) -> None:
    assert seen(text) == {}


def test_positions_count_the_values_of_a_noun() -> None:
    first, second = values_in("commit 1111aaa\ncommit 2222bbb")
    assert (first.noun, first.position, first.is_only, first.line) == ("commit", 0, False, 0)
    assert (second.position, second.line) == (1, 1)


_PIECES = st.sampled_from(
    ["key: ", "/a/b.c", "9f8e7d6", "2026-01-02", "\n", " ", "x@y.zz", "http://h/i", "é", "-", "12"]
)


@given(st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=40).map("".join)))
def test_every_value_is_grounded_in_its_text(text: str) -> None:
    step = Step(id="s1", tool="log", arguments={}, result=text)
    grounds = Grounds((), {"s1": step}, RecordContext())
    for value in values_in(text):
        source = StepSource(step="s1", pointer="", span=value.span)
        assert grounds.problem(source, Leaf("/a", value.value, {})) is None


def test_a_long_text_is_read_in_whole_lines_and_in_bounded_time() -> None:
    text = "commit 1111aaa\n" * 500 + "x" * 490 + " /srv/very/long" * 10_000
    assert [value.span for value in values_in(text)] == ["1111aaa"]


# What becomes of them


def spec(name: str, **parameters: Any) -> ToolSpec:
    schema = {"type": "object", "properties": parameters}
    return ToolSpec(name=name, description=name, parameters=schema, source="mcp")


STEP = Step(id="s1", tool="git_log", arguments={"folder": "/srv/shop"}, result=LOG + "\n/srv/shop\n/srv/other\n")


def test_offers_carry_the_span_unless_it_is_the_whole_text() -> None:
    offers = {offer.value: offer for offer in offers_of(STEP, spec("git_log"))}
    assert (offers[COMMIT].pointer, offers[COMMIT].span) == ("", COMMIT)
    alone = Step(id="s1", tool="find", arguments={}, result={"content": "/srv/a.txt"})
    spans = {(offer.span, offer.name) for offer in offers_of(alone, spec("find"))}
    assert spans == {(None, "content"), (None, "file")}


def test_arguments_and_context_values_are_no_fresh_offers() -> None:
    values = {offer.value for offer in fresh_offers([STEP], {"git_log": spec("git_log")}, {"root": "/srv/other"})}
    assert COMMIT in values
    assert not values & {"/srv/shop", "/srv/other"}


def request(**members: Any) -> ProposeRequest:
    tools = {"git_show": spec("git_show", revision={"type": "string"}, size={"type": "integer"})}
    common = {
        "seed": 1,
        "iteration": 2,
        "target_calls": 2,
        "context": RecordContext(),
        "tools": tools,
        "steps": [STEP],
        "chains": [["s1"]],
        "gradients": [],
        "batch": ["git_show"],
        "count": 3,
        "attempts": [],
    }
    return ProposeRequest(**{**common, **members})


@pytest.mark.parametrize(
    ("arguments", "source", "kept"),
    [
        ({"revision": COMMIT}, StepSource(step="s1", pointer="", span=COMMIT), True),
        ({"revision": COMMIT[:7]}, StepSource(step="s1", pointer="", span=COMMIT[:7]), False),
        ({"revision": "other"}, StepSource(step="s1", pointer="", span=COMMIT), False),
        ({"revision": COMMIT}, StepSource(step="s9", pointer="", span=COMMIT), False),
        ({"revision": COMMIT}, StepSource(step="s1", pointer="no pointer", span=COMMIT), False),
        ({"size": 10}, StepSource(step="s1", pointer="", span="10"), False),
    ],
)
def test_only_spans_that_the_proof_accepts_are_kept(arguments: dict[str, Any], source: StepSource, kept: bool) -> None:
    pointer = f"/{next(iter(arguments))}"
    proposal = Proposal(id="x", tool="git_show", arguments=arguments, sources={pointer: source})
    (sound,) = sound_proposals(Proposals(proposals=[proposal]), request()).proposals
    assert (pointer in sound.sources) is kept


def test_a_value_that_a_model_copied_out_of_a_text_is_traced_to_it() -> None:
    assert find_copies({"revision": COMMIT}, {}, [STEP]) == {
        "/revision": StepSource(step="s1", pointer="", span=COMMIT)
    }
    assert find_copies({"revision": "Ann"}, {}, [STEP]) == {}
    assert find_copies({"revision": COMMIT[:9]}, {}, [STEP]) == {}


def a_tool(name: str, description: str, **parameters: dict[str, Any]) -> ToolSpec:
    schema = {"type": "object", "properties": parameters, "required": list(parameters)}
    return ToolSpec(name=name, description=description, parameters=schema, source="mcp")


def fits(text: str, giver: ToolSpec, taker: ToolSpec) -> list[Any]:
    """What the offline policy would take out of the giver's text for the taker's last parameter."""
    step = Step(id="s1", tool=giver.name, arguments={}, sources={}, result=text)
    parameter = list(parameters_of(taker).by_name.values())[-1]
    return [offer.value for offer in offers_of(step, giver) if match(offer, parameter) >= MATCH_MIN]


GIT_LOG = a_tool("git_log", "Shows the commit logs")
GIT_BRANCH = a_tool("git_branch", "List Git branches")


def test_a_parameter_takes_what_its_tool_works_on() -> None:
    diff = a_tool("git_diff", "Shows differences between branches or commits", target={"type": "string"})
    assert fits(LOG, GIT_LOG, diff) == [COMMIT]
    assert fits("  autumn\n* main", GIT_BRANCH, diff) == ["autumn", "main"]


def test_a_parameter_with_told_choices_takes_no_other_text() -> None:
    told = {"type": "string", "description": "Whether to list local branches ('local') or remote branches ('remote')."}
    branches = a_tool("git_branch", "List Git branches", branch_type=told)
    assert fits("  autumn\n* main", GIT_BRANCH, branches) == []
    assert fits("  local\n* main", GIT_BRANCH, branches) == ["local"]


def test_what_is_only_found_is_not_made_up() -> None:
    diff = a_tool("git_diff", "Shows differences between branches or commits", target={"type": "string"})
    assert Filler([], [], random.Random(1)).fill(Plan(diff)) is None


def test_a_listing_of_folders_takes_no_file() -> None:
    step = Step(id="s1", tool="search_files", arguments={}, sources={}, result="/srv/a.md\n/srv/drafts")
    search = a_tool("search_files", "Search for files.")
    path = {"type": "string"}
    filler = Filler(offers_of(step, search), [], random.Random(1))

    def taken(name: str, description: str) -> list[Any]:
        plan = filler.plan(a_tool(name, description, path=path), {})
        return [offer.value for chosen in plan.from_results.values() for offer in chosen.values()] if plan else []

    assert taken("list_directory", "Get a listing of all files in a path.") == ["/srv/drafts"]
    assert taken("get_file_info", "Retrieve metadata about a file or directory.") == ["/srv/a.md"]


def test_a_file_is_read_and_a_folder_is_not() -> None:
    lists = a_tool("list_notes", "List the notes.")
    reads = a_tool("read_note", "Reads a note.", path={"type": "string", "description": "Path of the file."})
    step = Step(id="s1", tool="list_notes", arguments={}, result="[DIR] /srv/old things\n[FILE] /srv/my plan.txt")
    plan = Filler(offers_of(step, lists), [], random.Random(1)).plan(reads, {})
    assert plan is not None
    assert [offer.value for chosen in plan.from_results.values() for offer in chosen.values()] == ["/srv/my plan.txt"]


def test_an_id_of_a_table_is_its_thing_s() -> None:
    text = "| ID | Office ID | Name |\n|---|---|---|\n| E-7 | O-1 | Ida Olsen |"
    lists, string = a_tool("list_employees", "Shows all."), {"type": "string"}
    assert fits(text, lists, a_tool("get_employee", "Get one.", employee_id=string)) == ["E-7"]
    assert fits(text, lists, a_tool("get_office", "Get one.", office_id=string)) == ["O-1"]
    assert fits(text, lists, a_tool("get_room", "Get one.", room_id=string)) == []
