"""The glossary is short and true: its terms' classes, members and kinds are those of the code."""

import re
from pathlib import Path
from typing import get_args

import graph.marks
import graph.record
import graph.sources
import nodes.policies.base
from graph.record import TurnKind
from graph.sources import Source
from graph.state import State
from nodes.policies.kinds import POLICIES
from nodes.policies.lookup import DECISIONS
from tool_registry.sources.kinds import SOURCES

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in row.strip("|").split("|")] for row in re.findall(r"^\| \*\*.*$", PAGE, re.MULTILINE)]
CONTRACT = (graph.record, graph.marks, graph.sources, nodes.policies.base)


def row(term: str) -> str:
    (found,) = [meaning for terms, meaning, _ in ROWS if f"**{term}**" in terms]
    return found


def kinds(text: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", text))


def test_it_has_at_most_40_entries_of_a_line_each() -> None:
    assert 30 <= len(ROWS) <= 40
    assert all(len(cells) == 3 and cells[1] for cells in ROWS)
    assert all(len(meaning) <= 210 for _, meaning, _ in ROWS)
    terms = [term for cells in ROWS for term in re.findall(r"\*\*(.+?)\*\*", cells[0])]
    assert len(set(terms)) == len(terms)


def test_classes_and_members_are_those_of_the_contract() -> None:
    for terms, _, where in ROWS:
        for name in re.findall(r"`([A-Z]\w+)`", where):
            assert any(hasattr(module, name) for module in CONTRACT), f"{terms}: {name}"
        for member in re.findall(r"`([a-z_]+)` in `graph/state.py`", where):
            assert member in State.__annotations__, f"{terms}: {member}"


def test_kinds_are_all_told() -> None:
    assert kinds(row("kind")) == set(get_args(TurnKind))
    assert kinds(row("source of tools")) == set(SOURCES.own_names)
    assert kinds(row("policy")) >= set(POLICIES.own_names)
    assert len(get_args(get_args(Source)[0])) == 6, "the row of sources of a value tells each kind"


def test_the_decisions_are_those_of_the_port() -> None:
    assert set(DECISIONS) <= kinds(row("policy"))
