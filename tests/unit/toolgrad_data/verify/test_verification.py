import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.toolgrad_data.verify.files import Json, good, line, spoilt, verified, write, wrongs
from toolgrad_data.errors import RunFailedError, UsageError
from toolgrad_data.files.lines import Line
from toolgrad_data.verify import workers as workers_module
from toolgrad_data.verify.checking import PROMISES
from toolgrad_data.verify.verification import Options, find_target, workers_for
from toolgrad_data.verify.view import report_view


def claim_all(data: Json) -> None:
    data["verification"] = {**dict.fromkeys(PROMISES, True), "findings": []}


def test_without_replay_executed_and_replayed_stay_unchecked(tmp_path: Path) -> None:
    report = verified(write(tmp_path / "r.jsonl", *(line(good(index)) for index in range(5))))
    assert report.clean == 5
    assert report.replay is None
    for name in ("executed", "replayed"):
        assert (report.proved[name].held, report.proved[name].unchecked) == (0, 5)
    for name in ("typed", "grounded", "distinct"):
        assert (report.proved[name].held, report.proved[name].unchecked) == (5, 0)
    assert report.screened.promises["natural"].held == 5


def test_no_flag_of_a_record_is_trusted(tmp_path: Path) -> None:
    def forge(data: Json) -> None:
        claim_all(data)
        data["turns"][0]["steps"][0]["arguments"]["number"] = 77

    report = verified(write(tmp_path / "r.jsonl", spoilt(1, forge), spoilt(2, claim_all)))
    assert {wrong.promise for wrong in report.findings} == {"grounded"}
    assert report.false_claims == {"grounded": 1}
    assert report.unproved_claims["executed"] == report.unproved_claims["replayed"] == 2
    assert "grounded" in str(report_view(report)).partition("False claims of the records")[2]


def test_a_claim_to_be_distinct_is_checked_too(tmp_path: Path) -> None:
    def copy(data: Json) -> None:
        claim_all(data)
        data.update(id="s0-000009")
        data["meta"]["index"] = 9

    report = verified(write(tmp_path / "r.jsonl", spoilt(1, copy), line(good(1))))
    assert wrongs(report) == [(1, "distinct", "same_calls")]
    assert report.false_claims == {"distinct": 1}
    assert (report.proved["distinct"].held, report.proved["distinct"].failed, report.clean) == (1, 1, 1)


def test_a_broken_structure_fails_executed_without_running_anything(tmp_path: Path) -> None:
    report = verified(write(tmp_path / "r.jsonl", spoilt(1, lambda data: data["turns"][0].update(chains=[]))))
    assert wrongs(report) == [(1, "executed", "not_placed_once")]
    assert report.proved["executed"].failed == 1


def test_other_files_are_compared_with(tmp_path: Path) -> None:
    mine = write(tmp_path / "mine.jsonl", line(good(1)), line(good(2)))
    other = write(tmp_path / "other.jsonl", b"garbage\n", line(good(2)))
    report = verified(mine, distinct_from=(other,))
    assert wrongs(report) == [(2, "distinct", "same_calls")]
    assert report.notes == [f"{other}: 1 lines are no records and were left out of the comparison"]


def test_several_processes_find_the_same_in_the_same_order(tmp_path: Path) -> None:
    lines = [line(good(index)) for index in range(80)]
    lines[3] = b"\xff\n"
    lines[70] = spoilt(70, lambda data: data["turns"][0]["steps"][0].update(sources={}))
    path = write(tmp_path / "r.jsonl", *lines)
    alone, together = verified(path), verified(path, workers=2)
    assert alone.model_dump(exclude={"seconds"}) == together.model_dump(exclude={"seconds"})
    assert wrongs(alone) == [(4, None, "not_utf8"), (71, "grounded", "no_source")]


def test_the_first_lines_and_findings_alone(tmp_path: Path) -> None:
    bad = [spoilt(index, lambda data: data["turns"][0]["steps"][0].update(sources={})) for index in range(9)]
    report = verified(write(tmp_path / "r.jsonl", *bad), limit=5, shown=2)
    assert (report.lines, report.findings_total, len(report.findings)) == (5, 5, 2)
    assert "… and 3 more; show them with --findings 5" in str(report_view(report))


def test_a_proof_that_breaks_off_costs_its_line_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = workers_module.check_record

    def broken(record: Any, line: Line, **settings: Any) -> Any:
        if record.id == "s0-000001":
            raise ZeroDivisionError("by nothing")
        return real(record, line, **settings)

    monkeypatch.setattr(workers_module, "check_record", broken)
    report = verified(write(tmp_path / "r.jsonl", line(good(1)), line(good(2))))
    assert wrongs(report) == [(1, None, "not_checkable")]
    assert "ZeroDivisionError: by nothing" in report.findings[0].message
    assert report.clean == 1


def test_a_process_that_dies_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "r.jsonl", *(line(good(index)) for index in range(80)))

    class Dead:
        def result(self) -> Any:
            raise workers_module.BrokenProcessPool

    monkeypatch.setattr(workers_module.ProcessPoolExecutor, "submit", lambda *_: Dead())
    with pytest.raises(RunFailedError, match="after line 0"):
        verified(path, workers=2)


def test_its_processes_end_with_it_when_it_is_killed(tmp_path: Path) -> None:
    path = write(tmp_path / "r.jsonl", *(line(good(index)) for index in range(200)))
    script = (
        "import itertools, sys\nfrom pathlib import Path\n"
        "from toolgrad_data.files.lines import read_lines\n"
        "from toolgrad_data.verify.workers import LineTask, check_lines\n"
        "endless = itertools.cycle(list(read_lines(Path(sys.argv[1]))))\n"
        "for checked in check_lines(endless, LineTask(), 2):\n    print(checked.number, flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "1\n"
    process.kill()
    process.communicate(timeout=60)  # ends when none of them holds the pipe any more
    assert process.returncode == -9


def test_which_file_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "runs" / "mine"
    folder.mkdir(parents=True)
    with pytest.raises(UsageError, match="does not exist"):
        find_target(Path("nowhere"))
    (folder / "run.json").write_text("{}")
    with pytest.raises(UsageError, match=r"the run has no records\.jsonl"):
        find_target(Path("mine"))
    (folder / "records.jsonl").write_text("")
    assert find_target(Path("mine")).run == Path("runs/mine")
    assert find_target(folder / "records.jsonl").run == folder
    (folder / "copy.jsonl").write_text("")
    assert find_target(folder / "copy.jsonl").run is None


def test_sources_with_limits_of_their_own_are_called_from_one_process(tmp_path: Path) -> None:
    from graph.context import Context

    path = write(tmp_path / "r.jsonl", b"x" * (1 << 21))
    assert workers_for(path, Options(tools=Context(tools=["builtin", "mcp:servers.json"]), replay=True, workers=8)) == 1
    assert workers_for(path, Options(tools=Context(tools=["builtin:moon"]), replay=True, workers=8)) == 8
    assert workers_for(path, Options(workers=3)) == 3
    small = write(tmp_path / "small.jsonl", b"x")
    assert workers_for(small, Options()) == 1
    assert workers_for(small, Options(tools=Context(tools=["builtin"]), replay=True)) == 1
