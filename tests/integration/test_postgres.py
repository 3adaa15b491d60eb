"""`--store`: a run's checkpoints and ledger in a real PostgreSQL server, which goes away and comes back."""

import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.postgres_server import PostgresServer, binaries
from tests.integration.command import SLOW, lines, run, start, wait_for, without_times
from tests.optional import need
from toolgrad_data.errors import UsageError
from toolgrad_data.postgres.address import check_address, expanded

SAMPLES = 10
COMMAND = ["generate", "--samples", str(SAMPLES), "--seed", "5", "--calls", "2:50,3:50", "--concurrency", "3", *SLOW]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    need(binaries(), "no PostgreSQL server is installed (on Debian: apt-get install postgresql)")
    with PostgresServer() as running:
        yield running


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The records of a run without a store."""
    folder = tmp_path_factory.mktemp("whole")
    code, _, err = run(folder, *COMMAND, "--out", "run")
    assert code == 0, err
    return verdicts(folder / "run")


@pytest.fixture
def address(server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("TEAM_STORE", server.url_with_password)
    return ["--store", "${TEAM_STORE}"]


def verdicts(out: Path) -> list[dict[str, Any]]:
    return [without_times(record) for name in ("records", "rejected") for record in lines(out / f"{name}.jsonl")]


def threads(server: PostgresServer, name: str) -> int:
    return int(server.query(f"SELECT count(DISTINCT thread_id) FROM checkpoints WHERE thread_id LIKE '{name}/%'")[0][0])


def test_a_server_that_crashes_in_mid_run_is_waited_for(
    server: PostgresServer, address: list[str], tmp_path: Path, whole: list[dict[str, Any]]
) -> None:
    process = start(tmp_path, *COMMAND, "--out", "crash", *address, seconds=0.15)
    wait_for(process, lambda: len(verdicts(tmp_path / "crash")) >= 2)
    server.kill()
    assert process.poll() is None
    threading.Event().wait(1.0)
    server.start()
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "PostgreSQL is away" in err
    assert "PostgreSQL is back; the run goes on" in err
    assert server.password not in err
    assert verdicts(tmp_path / "crash") == whole
    assert server.query("SELECT count(*), count(DISTINCT id) FROM toolgrad_records WHERE run = 'crash'") == [
        [str(SAMPLES), str(SAMPLES)]
    ]
    assert threads(server, "crash") == 0, "finished samples are pruned"
    assert not list((tmp_path / "crash").glob("*.sqlite*"))
    for path in (tmp_path / "crash").iterdir():
        assert server.password not in path.read_text()


def test_another_machine_goes_on_with_what_a_killed_one_left(
    server: PostgresServer, address: list[str], tmp_path: Path, whole: list[dict[str, Any]]
) -> None:
    log = tmp_path / "calls.log"
    process = start(tmp_path, *COMMAND, "--out", "moved", *address, seconds=0.15)
    wait_for(process, lambda: len(verdicts(tmp_path / "moved")) >= 3)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    done = {record["id"] for record in verdicts(tmp_path / "moved")}
    begun = threads(server, "moved")
    assert begun
    # The other machine has nothing but the database.
    shutil.rmtree(tmp_path / "moved")
    before = len(lines(log))
    code, _, err = run(tmp_path, *COMMAND, "--out", "moved", *address, "--workers", "2")
    assert code == 0, err
    assert "came from the ledger" in err
    assert verdicts(tmp_path / "moved") == whole
    made = {call["sample"] for call in lines(log)[before:]}
    # A line that the killed command had not told the ledger yet is made again from its checkpoint, without a call.
    assert not made & done
    # The same command on the first machine, whose folder is complete: nothing is left to do.
    code, _, err = run(tmp_path, *COMMAND, "--out", "moved", *address)
    assert code == 0, err
    assert "nothing is missing" in err


def test_one_command_a_run_and_one_run_a_name(server: PostgresServer, address: list[str], tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    process = start(first, *COMMAND, "--out", "one", *address, seconds=600)
    wait_for(process, lambda: bool(lines(first / "calls.log")))
    code, _, err = run(second, *COMMAND, "--out", "one", *address)
    assert code == 1
    assert f"another command (process {process.pid} on " in err
    process.terminate()
    process.communicate(timeout=30)
    code, _, err = run(second, *COMMAND[:3], "--seed", "6", *COMMAND[5:], "--out", "one", *address)
    assert code == 2
    assert "the ledger's run one: this run was begun with other settings" in err


def test_no_server_and_no_password_are_told_at_once(
    server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "wrong-secret")
    code, _, err = run(tmp_path, *COMMAND, "--out", "run", "--store", server.url)
    assert code == 2
    assert "no connection to PostgreSQL" in err
    assert "wrong-secret" not in err
    code, _, err = run(tmp_path, *COMMAND, "--out", "run", "--store", "postgresql://team:secret@127.0.0.1/postgres")
    assert code == 2
    assert "store must hold no password" in err
    assert "secret@" not in err


@pytest.mark.parametrize(
    "text", ["mysql://host/db", "postgresql://me:pw@host/db", "postgresql://host/db?password=pw", "host"]
)
def test_an_address_is_postgresql_without_a_password(text: str) -> None:
    with pytest.raises(ValueError, match="store must") as refused:
        check_address(text)
    assert "pw" not in str(refused.value)


def test_variables_are_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW", "s3cret")
    assert expanded(check_address("postgresql://me:${PW}@host/db")) == "postgresql://me:s3cret@host/db"
    with pytest.raises(UsageError, match="environment variable NOT_SET is not set"):
        expanded("${NOT_SET}")
