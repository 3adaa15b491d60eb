"""Screens of installed packages: what they find refuses a record, and their faults refuse no more than that."""

import json
import re
from pathlib import Path

import pytest

from graph.context import Context
from graph.record import Record
from graph.state import State
from nodes.proofs import prove
from nodes.sample import Sample
from nodes.screens.kinds import SCREENED
from nodes.verify_record import refuse
from tests.plugins import install
from tests.unit.nodes.proofs.records import example
from tool_registry.registry import ToolRegistry
from toolgrad_data.errors import UsageError
from toolgrad_data.verify.verification import Options, Target, verify_file

MODULE = """
from asyncio import CancelledError

from graph.record import Finding

def finding(turns, promise="natural"):
    at = f"/turns/{len(turns) - 1}/query"
    return Finding(promise=promise, code="unneeded_step", message=f"{len(turns)} turns", where=at)

def rude(dialogue):
    yield finding(dialogue.turns)

def content(dialogue):
    return [] if dialogue.context.locale == "en" and dialogue.specs and dialogue.offered else [finding(dialogue.turns)]

def proves(dialogue):
    return [finding(dialogue.turns, "executed")]

def words(dialogue):
    return ["rude"]

def fails(dialogue):
    return 1 / 0

def cancels(dialogue):
    raise CancelledError

def leaves(dialogue):
    raise GeneratorExit("\\ud800")

def half(dialogue):
    return [finding(dialogue.turns).model_copy(update={"message": "\\ud800"})]

def odd(dialogue):
    return [finding(dialogue.turns).model_copy(update={"where": 3})]

def rewrites(dialogue):
    for turn in dialogue.turns:
        turn.response = "All is well."
        turn.steps[0].arguments.clear()
    dialogue.context.vars["more"] = 1
    dialogue.specs.clear()
    return []

def none(dialogue): ...
def many(turns, context): ...
"""
NAMES = ("rude", "content", "proves", "words", "fails", "cancels", "leaves", "half", "odd", "rewrites", "none", "many")


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = {name: f"manner_screens:{name}" for name in NAMES}
    install(tmp_path / "site", "manners", {"toolgrad.screens": entries}, "0.3", manner_screens=MODULE)
    monkeypatch.syspath_prepend(tmp_path / "site")


def test_what_a_packages_screen_finds_is_found_under_its_name() -> None:
    record = example()
    assert prove(record, screens=["content"]).findings == []
    proved = prove(record, screens=["content", "rude"])
    (found,) = proved.findings
    assert (found.code, found.message) == ("rude:unneeded_step", "1 turns")
    assert (proved.natural, proved.faithful, proved.executed) == (False, True, True)
    assert prove(record, screens=["natural", "deeds"]) == prove(record)


def test_a_screen_changes_no_record_and_nothing_that_others_see() -> None:
    record = example()
    assert prove(record, screens=["rewrites", "content"]).findings == []
    assert record == example()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("proves", "gives a finding of executed, which is not screened"),
        ("words", "gives a str where a Finding is due"),
        ("fails", "broke off with ZeroDivisionError: division by zero"),
        ("cancels", "broke off with CancelledError"),
        ("leaves", "broke off with GeneratorExit: \ufffd"),
        ("half", "gives a Finding whose members are no text, or hold half a surrogate pair"),
        ("odd", "gives a Finding whose members are no text"),
        ("none", "broke off with TypeError"),
        ("many", "takes (turns, context); it must take one argument"),
        ("absent", "there is no screen 'absent'"),
    ],
)
def test_a_screen_that_cannot_tell_refuses_the_record_and_nothing_else(name: str, why: str) -> None:
    proved = prove(example(), screens=[name, "rude"])
    failed, found = proved.findings
    assert (failed.code, failed.promise in SCREENED, found.code) == (
        f"{name}:screen_failed",
        True,
        "rude:unneeded_step",
    )
    assert why in failed.message
    assert f"the screen {name}" in failed.message
    # No words of a writer can mend it.
    sample = Sample(State(repairs=0), Context(max_repairs=2), ToolRegistry())
    update = refuse(example(), [failed], sample)
    assert update["reasons"] == [f"faithful: {failed.message}"]
    assert "reasons" not in refuse(example(), [found], sample)


def written(tmp_path: Path, **versions: str) -> Target:
    record = example().model_dump(mode="json", by_alias=True)
    record["meta"]["versions"] |= {name.replace("__", ":").replace("_", "."): said for name, said in versions.items()}
    file = tmp_path / "records.jsonl"
    file.write_text(json.dumps(record) + "\n")
    return Target(file)


def test_verify_screens_by_what_the_record_says_it_has_passed(tmp_path: Path) -> None:
    report = verify_file(written(tmp_path, toolgrad_screens__rude="manners 0.3"), Options())
    assert [found.code for found in report.findings] == ["rude:unneeded_step"]
    assert verify_file(written(tmp_path), Options()).findings == []
    assert [one.code for one in verify_file(written(tmp_path), Options(screens=("rude",))).findings] == [
        "rude:unneeded_step"
    ]


def test_verify_says_which_screen_it_has_not(tmp_path: Path) -> None:
    said = {"toolgrad_screens__gone": "gone-screens 1.4", "toolgrad_screens__many": "manners 0.3"}
    report = verify_file(written(tmp_path, **said), Options())
    assert report.findings == []
    gone, many = report.notes
    assert re.match("1 record screened by gone of gone-screens 1.4 .* no package installed here has it", gone)
    assert re.match(r"1 record screened by many of manners 0.3 .* it takes \(turns, context\)", many)


def test_verify_refuses_to_screen_by_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"--screens ruder: .*Did you mean 'rude'\? Allowed: natural, names, deeds, "):
        verify_file(written(tmp_path), Options(screens=("ruder",)))


def test_verify_says_which_kind_of_source_it_has_not(tmp_path: Path) -> None:
    target = written(tmp_path, toolgrad_sources__shop="toolgrad-shop 2.0")
    record = json.loads(target.file.read_text())
    for tool in record["tools"]:
        tool["source"] = "shop"
    Record.model_validate(record)
    target.file.write_text(json.dumps(record) + "\n")
    (note,) = verify_file(target, Options()).notes
    assert note.startswith("1 record with tools of a source of kind shop (of toolgrad-shop 2.0), which no package")
