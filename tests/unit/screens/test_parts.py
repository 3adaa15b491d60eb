from typing import Any

import pytest

from graph.record import Record
from nodes.proofs import prove
from nodes.screens import parts
from tests.unit.proofs.records import one_call

PAGE = "https://example.com/" + "segment/" * 12 + "Oslo?lang=en"
PATH = "/srv/notes/my garden.txt"
TEXT = (
    "The harbour was built in the eighteenth century by merchants who traded in timber and herring. "
    "It is closed to large ships."
)
PEOPLE = "Ada Bea Cleo Dora Eva Fay Gita Hilda".split()
ROWS = [{"name": name, "team": "blue", "age": age} for age, name in enumerate(PEOPLE, start=31)]
DAYS = ["2026-05-01", "2026-05-14", "2026-05-25"]


def record(result: Any, response: str, query: str = "What is there?") -> Record:
    made = one_call(query, {}, {}, {}, result=result)
    return made.model_copy(update={"turns": [made.turns[0].model_copy(update={"response": response})]})


def codes(result: Any, response: str, query: str = "What is there?") -> list[str]:
    return [finding.code for finding in parts.check(record(result, response, query))]


@pytest.mark.parametrize(
    ("result", "response"),
    [
        ({"url": PAGE}, f"The page is {PAGE[:60]}."),
        ({"url": PAGE}, f"The page is {PAGE[:-3]}"),
        ({"url": PAGE}, "The page is at https://example.com."),
        ({"text": f"See {PAGE} for more."}, f"See {PAGE[:40]}…"),
        ({"file": PATH}, "It is in /srv/notes/my."),
        ([PATH, "/srv/notes/plan.txt"], "The files are /srv/notes/my garden and /srv/notes/plan.txt."),
        ({"file": "C:\\docs\\tax 2025.pdf"}, "It is C:\\docs\\tax."),
        ({"text": TEXT}, f"{TEXT[:35]}."),
        ({"text": TEXT}, f"It says: “{TEXT[:70]}”."),
    ],
)
def test_a_cut_value_is_not_told_as_the_value(result: Any, response: str) -> None:
    assert codes(result, response) == ["cut_value"]


@pytest.mark.parametrize(
    ("result", "response"),
    [
        ({"url": PAGE}, f"The page is {PAGE}."),
        ({"url": PAGE}, f"[The page]({PAGE}), as asked."),
        ({"url": PAGE}, "The page is on example.com."),
        ({"url": PAGE, "site": "https://example.com/"}, "The site is https://example.com."),
        ({"file": PATH}, f"It is in {PATH}, as you thought."),
        ({"file": PATH, "folder": "/srv/notes"}, "It is in /srv/notes."),
        ([PATH, "/srv/notes/plan.txt"], "There is /srv/notes/plan.txt, and my garden.txt beside it."),
        ({"text": TEXT}, TEXT),
        ({"text": TEXT}, TEXT.partition(". ")[0] + "."),
        ({"text": TEXT}, f"{TEXT[:70]}…"),
        ({"text": TEXT}, "The harbour was built in the eighteenth century, by traders."),
        ({"name": "Oslo Central Railway Stations"}, "It is Oslo Central Railway Station."),
        (
            {"long": f"{PEOPLE[0]} of the Village of Eva and more", "short": f"{PEOPLE[0]} of the Village"},
            "Ada of the Village.",
        ),
    ],
)
def test_a_whole_value_and_one_that_says_that_it_goes_on_may_be_told(result: Any, response: str) -> None:
    assert codes(result, response) == []


@pytest.mark.parametrize(
    ("result", "response"),
    [
        (PEOPLE, "The people are Ada, Bea and Cleo."),
        (ROWS, "The people are Ada (31), Bea (32) and Cleo (33)."),
        ({"found": {"rows": ROWS}}, "- Ada\n- Bea\n- Cleo\n- Dora\n- Eva"),
        (ROWS, "I found three people: Ada, Bea, Cleo."),
        (DAYS, "The days are 1 May 2026 and 14 May 2026."),
        ([2, 3, 5, 7, 11, 13], "The primes are 2, 3 and 5."),
        (PEOPLE, "The people are Ada, Bea and 5 more."),
        (PEOPLE, "The sum is 8, and some more. It rains. The people are Ada, Bea and Cleo."),
    ],
)
def test_the_first_of_a_list_are_not_told_as_the_list(result: Any, response: str) -> None:
    assert codes(result, response) == ["partial_list"]


@pytest.mark.parametrize(
    ("result", "response"),
    [
        (PEOPLE, f"The people are {', '.join(PEOPLE)}."),
        (PEOPLE, "The people are Ada, Bea and 6 more."),
        (PEOPLE, "There are 8 people. They are Ada, Bea, Cleo, and so on."),
        (PEOPLE, "The people are Ada and Bea. That leaves out six of them."),
        (PEOPLE, "Of the eight people, I can name Ada, Bea and Cleo."),
        (PEOPLE, "The people are Ada, Bea and Cleo, among others."),
        (PEOPLE, "The three youngest are Ada, Bea and Cleo."),
        (ROWS, "The people with a C or a G are Cleo and Gita."),
        (ROWS, "Ada is the one you look for."),
        (ROWS, "Bea sits beside Ada."),
        (["open", "open", "done"], "It is open."),
        ([{"team": "blue"}, {"team": "blue"}, {"team": "red"}], "They are blue."),
        (PEOPLE[:2], "There is Ada."),
        ([], "There is nobody."),
    ],
)
def test_a_list_told_whole_or_as_a_part_and_a_choice_hold(result: Any, response: str) -> None:
    assert codes(result, response) == []


def test_who_asks_for_all_is_not_served_with_the_first() -> None:
    assert codes(ROWS, "It is Ada.", "List all people of the village.") == ["partial_list"]
    assert codes(ROWS, "It is Ada.", "Who of all people is the oldest?") == []


def test_it_is_a_finding_of_the_gate() -> None:
    found = prove(record(PEOPLE, "The people are Ada, Bea and Cleo.")).findings
    assert ("faithful", "partial_list", "/turns/0/response") in {(one.promise, one.code, one.where) for one in found}
