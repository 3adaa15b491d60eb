"""The data set of `examples/everyday/` verifies, alone and by replay, and its pages say of it what is so."""

import base64
import gzip
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.record import Record
from toolgrad_data import cli
from toolgrad_data.runs.reading import read_records

FOLDER = Path(__file__).parents[2] / "examples" / "everyday"
PAGE = " ".join((FOLDER / "README.md").read_text(encoding="utf-8").split())
Toolgrad = Callable[..., tuple[int, str]]


@pytest.fixture
def toolgrad(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Toolgrad:
    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["toolgrad", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), capsys.readouterr().out

    return run


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return list(read_records(FOLDER))


def test_the_page_counts_what_is_there(records: list[Record]) -> None:
    steps = [step for record in records for turn in record.turns for step in turn.steps]
    asks = [ask for record in records for turn in record.turns for ask in turn.asks or ()]
    tells = [tell for record in records for turn in record.turns for tell in turn.tells or ()]
    calls = [sum(len(turn.steps) for turn in record.turns) for record in records]
    assert {(record.schema_version, len(record.turns), record.context.locale) for record in records} == {(2, 1, "en")}
    assert f"{len(records)} records, {len(steps)} calls of {len({step.tool for step in steps})} tools" in PAGE
    assert f"{min(calls)} to {max(calls)} calls a record" in PAGE
    paraphrased = sum(tell.paraphrase for tell in tells)
    assert f"{len(asks)} asks, {len(tells)} tells, {paraphrased} of them in other words" in PAGE
    assert not any(tell.inferred for tell in tells)
    assert {record.meta.policies["marks"] for record in records} == {"by hand, afterwards"}
    assert not any(record.warnings or record.judge or record.review for record in records)


def test_the_records_hold(toolgrad: Toolgrad, records: list[Record]) -> None:
    code, out = toolgrad("verify", str(FOLDER), "--json")
    report = json.loads(out)
    assert (code, report["findings"], report["clean"], report["false_claims"]) == (0, [], len(records), {})
    verdicts = {**report["proved"], **report["screened"]["promises"]}
    held = [promise for promise, verdict in verdicts.items() if verdict["held"] == len(records)]
    assert f"{', '.join(held[:-1])} and {held[-1]} hold in {len(records)} of {len(records)}" in PAGE


def test_replay_gives_what_the_page_says(toolgrad: Toolgrad, records: list[Record]) -> None:
    code, out = toolgrad("verify", str(FOLDER), "--replay", "--json")
    report = json.loads(out)
    outcomes, replayed = report["replay"]["outcomes"], report["proved"]["replayed"]
    assert code == 1
    assert f"Of {report['replay']['steps']} steps {outcomes['same']} give the same" in PAGE
    assert f"- {replayed['held']} records replay whole." in PAGE
    assert f"- {replayed['unchecked']} are not checkable:" in PAGE
    changed = [f"`{name}`" for name in sorted(report["replay"]["changed_tools"])]
    assert f"{', '.join(changed[:-1])} or {changed[-1]} takes other parameters" in PAGE
    differing = [finding for finding in report["findings"] if finding["code"] != "tool_changed"]
    named = ", ".join(f"`{finding['id']}`" for finding in differing)
    assert f"- {replayed['failed']} differ ({named}): `working_hours_overlap` says today" in PAGE
    assert [finding["where"].rpartition("/")[2] for finding in differing] == ["overlaps"] * len(differing)
    assert _verdicts(records) == {True: replayed["held"], False: replayed["failed"], None: replayed["unchecked"]}
    assert report["false_claims"] == {}


def test_the_card_is_that_of_the_records(toolgrad: Toolgrad, tmp_path: Path) -> None:
    made = tmp_path / "card.md"
    # The command of the page; without the licences, which what is installed declares.
    code, _ = toolgrad("card", str(FOLDER), "--title", "Everyday", "--license", "apache-2.0", "--out", str(made))
    assert code == 0
    assert _without_licences(made) == _without_licences(FOLDER / "card.md")


def test_the_report_is_small_and_that_of_the_records(
    toolgrad: Toolgrad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (FOLDER / "report.html").stat().st_size < 1_500_000
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 2_000_000
    monkeypatch.chdir(FOLDER.parents[1])  # The report names the file as the command does.
    code, _ = toolgrad("report", "examples/everyday", "--out", str(tmp_path / "report.html"))
    assert code == 0
    # The page's own part changes with the program; what it shows does not.
    assert _data(tmp_path / "report.html") == _data(FOLDER / "report.html")


@pytest.mark.parametrize(
    "command", [["show", "{}"], ["stats", "{}"], ["export", "{}", "--format", "trl", "--out", "a"]]
)
def test_a_folder_of_records_alone_is_read(
    command: list[str], toolgrad: Toolgrad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(FOLDER, tmp_path / "everyday")
    code, out = toolgrad(*(part.format("everyday") for part in command))
    assert (code, bool(out)) == (0, True)


def _verdicts(records: list[Record]) -> dict[bool | None, int]:
    found = [record.verification.replayed for record in records]
    return {verdict: found.count(verdict) for verdict in (True, False, None)}


def _without_licences(card: Path) -> str:
    text = card.read_text(encoding="utf-8")
    return re.sub(r"^\| `.*\n", "", text, flags=re.M)


def _data(report: Path) -> dict[str, str]:
    """The overview and all records of a report, unpacked."""
    text = report.read_text(encoding="utf-8")
    blocks = dict(re.findall(r'<script type="[^"]+" (?:class|id)="([^"]+)"[^>]*>(.*?)</script>', text, re.DOTALL))
    assert blocks.keys() == {"overview-data", "specs", "heads", "bodies"}
    return {
        name: block if name == "overview-data" else gzip.decompress(base64.b64decode(block)).decode()
        for name, block in blocks.items()
    }
