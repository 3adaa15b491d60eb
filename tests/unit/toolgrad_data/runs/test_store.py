import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.toolgrad_data.runs.helpers import SPEC, TOOLS, record, settings
from toolgrad_data.errors import CorruptFileError, RunFailedError, UsageError
from toolgrad_data.runs.run_info import new_run_info
from toolgrad_data.runs.store import RunStore


def store(out: Path, **changes: object) -> RunStore:
    made = settings(out, **changes)  # type: ignore[arg-type]
    return RunStore(out, new_run_info(made, TOOLS), TOOLS)


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text().splitlines()]


def test_records_and_rejects_and_tools_land_in_their_files(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "run"
    with store(out) as open_store:
        open_store.commit(record(0))
        open_store.commit(record(1, reasons=["no good: at all"]))
        open_store.commit(record(2))
    assert ids(out / "records.jsonl") == ["s0-000000", "s0-000002"]
    assert ids(out / "rejected.jsonl") == ["s0-000001"]
    assert [json.loads(line)["name"] for line in (out / "tools.jsonl").read_text().splitlines()] == ["double"]
    with store(out) as again:
        assert {each.id for each in again.read_committed()} == {"s0-000000", "s0-000001", "s0-000002"}
        again.commit(record(3))
    assert len((out / "tools.jsonl").read_text().splitlines()) == 1


def test_a_cut_line_is_removed_and_told(tmp_path: Path) -> None:
    with store(tmp_path) as open_store:
        open_store.commit(record(0))
        open_store.commit(record(1))
    path = tmp_path / "records.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    with store(tmp_path) as again:
        assert [note for note in again.notes if note.startswith("records.jsonl") and "removed" in note]
        assert [each.id for each in again.read_committed()] == ["s0-000000"]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda lines: [lines[0], lines[1][:40], lines[2]], "line 2: "),
        (lambda lines: [lines[0], '{"id": "s0-000001"}', lines[2]], "line 2: not a record"),
        (lambda lines: [lines[0], lines[0], lines[2]], "line 2: s0-000000 stands in this run twice"),
        (
            lambda lines: [lines[0], record(1, seed=8).model_dump_json(), lines[2]],
            "line 2: s8-000001 has seed 8",
        ),
    ],
)
def test_a_corrupt_line_is_an_error_that_names_it(tmp_path: Path, damage: object, words: str) -> None:
    with store(tmp_path) as open_store:
        for index in range(3):
            open_store.commit(record(index))
    path = tmp_path / "records.jsonl"
    path.write_text("\n".join(damage(path.read_text().splitlines())) + "\n")  # type: ignore[operator]
    before = path.read_bytes()
    with store(tmp_path) as again, pytest.raises(CorruptFileError, match=words):
        list(again.read_committed())
    assert path.read_bytes() == before


def test_changed_settings_are_refused_with_the_difference(tmp_path: Path) -> None:
    with store(tmp_path, proposals=3, seed=1):
        pass
    before = (tmp_path / "run.json").read_bytes()
    with pytest.raises(UsageError) as caught, store(tmp_path, proposals=4, seed=2):
        pass
    table = [line.split() for line in str(caught.value).splitlines() if line.startswith("  ")]
    assert table == [
        ["setting", "this", "run", "has", "you", "gave"],
        ["seed", "1", "2"],
        ["proposals", "3", "4"],
    ]
    assert "--out" in str(caught.value)
    assert (tmp_path / "run.json").read_bytes() == before


def test_changed_tools_are_refused(tmp_path: Path) -> None:
    with store(tmp_path):
        pass
    other = {"double": SPEC.model_copy(update={"description": "other"}), "half": SPEC}
    with (
        pytest.raises(UsageError, match=r"tool double +spec \w{8} +spec \w{8}\n +tool half +absent +present"),
        RunStore(tmp_path, new_run_info(settings(tmp_path), other), other),
    ):
        pass


def test_other_files_of_ingredients_are_refused_and_moved_ones_are_not(tmp_path: Path) -> None:
    people = tmp_path / "people.txt"
    people.write_text("a cook\n")
    run = tmp_path / "run"
    with store(run, personas=str(people)):
        pass
    people.rename(tmp_path / "moved.txt")
    with store(run, personas=str(tmp_path / "moved.txt")):
        pass
    people.write_text("a diver\n")
    with (
        pytest.raises(UsageError, match=r"personas +\S+people.txt \(\w{8}\) +\S+people.txt \(\w{8}\)"),
        store(run, personas=str(people)),
    ):
        pass
    with pytest.raises(UsageError, match=r"personas +\S+people.txt \(\w{8}\) +none"), store(run):
        pass
    with pytest.raises(UsageError, match=r"ingredients +true +false"), store(run, ingredients=False):
        pass


def test_samples_may_grow_and_concurrency_differ(tmp_path: Path) -> None:
    with store(tmp_path, samples=5, concurrency=1):
        pass
    with store(tmp_path, samples=9, concurrency=7) as grown:
        assert grown.info.samples == 9
    with store(tmp_path, samples=2) as shrunk:
        assert shrunk.info.samples == 9
    assert json.loads((tmp_path / "run.json").read_text())["samples"] == 9


def test_a_second_process_is_refused(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.unit.toolgrad_data.runs.test_store import store\n"
        "try:\n    store(Path(sys.argv[1])).__enter__()\n"
        "except Exception as error:\n    print(type(error).__name__, error)"
    )
    with store(tmp_path):
        second = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
        )
        assert second.stdout.startswith("RunFailedError")
        assert "another process (pid " in second.stdout
        with pytest.raises(RunFailedError), store(tmp_path):
            pass
    third = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert third.stdout == ""


@pytest.mark.parametrize("place", ["file", "below", "proc"])
def test_a_folder_that_cannot_be_is_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("x")
    out = {"file": tmp_path / "file", "below": tmp_path / "file" / "run", "proc": Path("/proc/toolgrad/run")}[place]
    with pytest.raises(UsageError, match=r"--out .*\nA run needs a folder that can be written"), store(out):
        pass
    assert (tmp_path / "file").read_text() == "x"


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("x")
    with pytest.raises(UsageError, match=r"is not a run: .*thesis\.tex"), store(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_spoilt_run_json_is_explained(tmp_path: Path) -> None:
    with store(tmp_path):
        pass
    (tmp_path / "run.json").write_text("{}")
    with (
        pytest.raises(CorruptFileError, match=r"run\.json: not the description of a run: fingerprint"),
        store(tmp_path),
    ):
        pass


def test_the_fingerprint_ignores_what_changes_no_record(tmp_path: Path) -> None:
    def fingerprint(**changes: object) -> str:
        return new_run_info(settings(tmp_path, **changes), TOOLS).fingerprint  # type: ignore[arg-type]

    assert fingerprint() == fingerprint(samples=50, concurrency=9, requests_per_minute=30)
    assert len({fingerprint(), fingerprint(seed=1), fingerprint(calls="1:1"), fingerprint(locale="de")}) == 4


def test_a_run_of_another_edition_of_the_workflow_goes_on_and_says_so(tmp_path: Path) -> None:
    with store(tmp_path) as open_store:
        open_store.commit(record(0))
    path = tmp_path / "run.json"
    info = json.loads(path.read_text())
    del info["workflow"]  # as runs have it that were begun before it was written down
    path.write_text(json.dumps(info))
    with store(tmp_path) as again:
        assert any("under way are made anew, finished ones stay" in note for note in again.notes)
        assert [each.id for each in again.read_committed()] == ["s0-000000"]
    with store(tmp_path) as third:
        assert not any("made anew" in note for note in third.notes)


@pytest.mark.parametrize("again", [False, True])
def test_a_run_begun_when_there_were_fewer_settings_takes_the_fingerprint_that_it_has_now(
    tmp_path: Path, again: bool
) -> None:
    yours = new_run_info(settings(tmp_path), TOOLS)
    with store(tmp_path) as open_store:
        open_store.commit(record(0))
    path = tmp_path / "run.json"
    info = json.loads(path.read_text())
    del info["settings"]["turn_kinds"], info["settings"]["planner"]
    path.write_text(json.dumps(info | {"fingerprint": "0" * 64}))
    with RunStore(tmp_path, yours, TOOLS, again=again) as opened:
        assert opened.info.fingerprint == yours.fingerprint  # what workers are held to
        assert opened.info.rounds == []  # no tool was mended
