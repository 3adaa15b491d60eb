"""`--store`: a run's checkpoints and ledger in a real PostgreSQL server, which goes away and comes back."""

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.postgres_server import PostgresServer, binaries
from tests.integration.command import HERE, SLOW, hold, lines, run, start, wait_for, without_times
from tests.integration.workflow import compiled, thread
from tests.integration.workflow import settings as workflow_settings
from tests.optional import need
from toolgrad_data.errors import InterruptedRunError, UsageError
from toolgrad_data.reviews.deciding import Deciding
from toolgrad_data.reviews.decisions import decisions_of
from toolgrad_data.runs.postgres import ledger
from toolgrad_data.runs.postgres.address import check_address, expand_variables
from toolgrad_data.runs.postgres.connection import Patience, StartPatience, first_connection
from toolgrad_data.runs.postgres.opening import open_team_saver
from toolgrad_data.runs.runner import generate
from toolgrad_data.runs.settings import Keep, RunSettings
from toolgrad_data.runs.store import RunStore, read_run_info
from toolgrad_data.runs.summary import Summary
from toolgrad_data.runs.waiting import waiting_samples

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


def until_said(process: subprocess.Popen[str], words: str) -> str:
    """What the command says up to the line with these words."""
    assert process.stderr
    said = ""
    for line in process.stderr:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def threads(server: PostgresServer, name: str) -> int:
    return int(server.query(f"SELECT count(DISTINCT thread_id) FROM checkpoints WHERE thread_id LIKE '{name}/%'")[0][0])


def test_a_server_that_crashes_in_mid_run_is_waited_for(
    server: PostgresServer, address: list[str], tmp_path: Path, whole: list[dict[str, Any]]
) -> None:
    held = hold(tmp_path, "s5-000004")
    process = start(tmp_path, *COMMAND, "--out", "crash", *address)
    wait_for(process, lambda: len(verdicts(tmp_path / "crash")) >= 2)
    server.kill()
    assert process.poll() is None
    held.unlink()
    said = until_said(process, "PostgreSQL is away")
    server.start()
    _, err = process.communicate(timeout=120)
    err = said + err
    assert process.returncode == 0, err
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
    held = hold(tmp_path, "s5-000005")
    process = start(tmp_path, *COMMAND, "--out", "moved", *address)
    wait_for(process, lambda: len(verdicts(tmp_path / "moved")) >= 3)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    held.unlink()
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
    process.communicate(timeout=120)
    code, _, err = run(second, *COMMAND[:3], "--seed", "6", *COMMAND[5:], "--out", "one", *address)
    assert code == 2
    assert "the ledger's run one: this run was begun with other settings" in err
    for version, words in (
        (1, "a run of schema version 1; this program writes version 2"),
        (3, "a newer toolgrad wrote it"),
    ):
        server.query(
            f"UPDATE toolgrad_runs SET info = jsonb_set(info, '{{schema_version}}', '{version}') WHERE name = 'one'"
        )
        code, _, err = run(second, *COMMAND, "--out", "one", *address)
        assert code == 2
        assert "the ledger's run one: " in err
        assert words in err


def test_a_command_that_begins_while_the_server_is_away_waits_for_it(
    server: PostgresServer, address: list[str], tmp_path: Path, whole: list[dict[str, Any]]
) -> None:
    server.stop()
    process = start(tmp_path, *COMMAND, "--out", "early", *address)
    said = until_said(process, "waiting for PostgreSQL")
    server.start()
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert f"waiting for PostgreSQL at {server.url.rpartition('@')[2].partition('/')[0]}, 60 seconds" in said
    assert "PostgreSQL is there; the run begins" in err
    assert server.password not in said + err
    assert verdicts(tmp_path / "early") == whole


def test_a_server_that_is_not_back_in_time_is_told_and_nothing_is_begun(
    server: PostgresServer, address: list[str], tmp_path: Path
) -> None:
    server.stop()
    try:
        process = start(tmp_path, *COMMAND, "--out", "never", *address)
        until_said(process, "waiting for PostgreSQL")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=120)
    finally:
        server.start()
    assert process.returncode == 130, err
    assert "stopped while waiting for PostgreSQL" in err
    assert "Traceback" not in err
    assert not list((tmp_path / "never").glob("*.json*"))


@pytest.mark.parametrize(("keep", "left"), [("none", []), ("last", [1, 1, 1])])
async def test_finished_samples_are_pruned_or_kept_as_the_setting_says(
    address: list[str], tmp_path: Path, keep: Keep, left: list[int]
) -> None:
    out = tmp_path / f"keep-{keep}"

    def settings(keep: Keep, samples: int) -> RunSettings:
        context = workflow_settings(calls="3:50,8:50")
        return RunSettings(out=out, samples=samples, seed=3, context=context, keep_checkpoints=keep, store=address[1])

    # All are committed and none is pruned, as if each had been killed right after its commit.
    await generate(settings("all", 2))
    first = {}
    async with open_team_saver(settings("all", 2), print) as saver:
        for id in await saver.athreads(2):
            first[id] = (await compiled(saver).aget_state(thread(id))).values
    assert sorted(first) == ["s3-000000", "s3-000001"]
    await generate(settings(keep, 3))
    async with open_team_saver(settings(keep, 3), print) as saver:
        assert [id for id in first if id in await saver.athreads(1)] == (list(first) if left else [])
        assert len(await saver.athreads(1)) == len(left)
        assert await saver.athreads(2) == []
        for id, values in first.items() if left else ():
            assert (await compiled(saver).aget_state(thread(id))).values == values


async def test_folder_and_ledger_give_each_other_what_is_missing(
    server: PostgresServer, address: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "_INDEXES_AT_ONCE", 2)
    monkeypatch.setattr(ledger, "_LINES_AT_ONCE", 1)
    out = tmp_path / "exchange"
    settings = RunSettings(out=out, samples=5, seed=3, context=workflow_settings(calls="2:100"), store=address[1])
    await generate(settings)
    whole = sorted(verdicts(out), key=lambda record: str(record["id"]))
    assert len(whole) == 5
    in_ledger = "SELECT index, md5(line) FROM toolgrad_records WHERE run = 'exchange' ORDER BY index"
    rows = server.query(in_ledger)
    server.query("DELETE FROM toolgrad_records WHERE run = 'exchange' AND index IN (0, 3)")
    (out / "records.jsonl").write_text((out / "records.jsonl").read_text().split("\n")[0] + "\n")
    (out / "rejected.jsonl").write_text("")
    await generate(settings)
    assert sorted(verdicts(out), key=lambda record: str(record["id"])) == whole
    again = server.query(in_ledger)
    assert [index for index, _ in again] == ["0", "1", "2", "3", "4"]
    assert [row for row in again if row[0] != "3"] == [row for row in rows if row[0] != "3"], "only 3 was made again"


async def test_a_machine_that_is_gone_is_noticed_by_both_ends(server: PostgresServer) -> None:
    async with await first_connection(server.url_with_password) as connection:
        with socket.socket(fileno=os.dup(connection.pgconn.socket)) as wire:
            assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000
            assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30
        row = await (await connection.execute("SHOW tcp_keepalives_idle")).fetchone()
        assert row == {"tcp_keepalives_idle": "30"}


async def test_the_wait_at_the_start_is_bounded() -> None:
    said: list[str] = []
    unused = "postgresql://team:s3cret@127.0.0.1:1/postgres"
    patience = StartPatience(unused, said.append, asyncio.Event(), seconds=0.2)
    with pytest.raises(UsageError, match=r"no connection to PostgreSQL: .*It was waited for") as refused:
        await patience.keep(lambda: first_connection(unused))
    assert [words.partition(",")[0] for words in said] == ["waiting for PostgreSQL at 127.0.0.1:1"]
    assert "s3cret" not in f"{refused.value} {said}"


async def test_a_run_that_waits_can_be_stopped() -> None:
    said: list[str] = []
    stop = asyncio.Event()

    def say(words: str) -> None:
        said.append(words)
        stop.set()

    patience = Patience(say, stop, seconds=600)
    with pytest.raises(InterruptedRunError, match="stopped while PostgreSQL was away") as stopped:
        await patience.keep(lambda: first_connection("postgresql://team@127.0.0.1:1/postgres"))
    assert stopped.value.exit_code == 130
    assert [words.partition(" (")[0] for words in said] == ["PostgreSQL is away"]


@pytest.mark.parametrize("wrong", ["password", "user", "database"])
async def test_what_the_server_refuses_is_told_at_once(server: PostgresServer, wrong: str) -> None:
    parts = {"user": "team", "password": server.password, "database": "postgres", wrong: "wrong"}
    place = server.url.rpartition("@")[2].partition("/")[0]
    with pytest.raises(UsageError, match=r"no connection to PostgreSQL: .*failed") as refused:
        await first_connection(f"postgresql://{parts['user']}:{parts['password']}@{place}/{parts['database']}")
    assert server.password not in str(refused.value)


async def test_a_host_that_nobody_knows_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", nobody)
    with pytest.raises(UsageError, match=r"failed to resolve host 'nobody\.invalid'"):
        await first_connection("postgresql://team@nobody.invalid/postgres")


def test_a_wrong_or_a_written_password_begins_nothing(
    server: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "wrong-secret")
    code, _, err = run(tmp_path, *COMMAND, "--out", "run", "--store", server.url)
    assert code == 2
    assert "no connection to PostgreSQL" in err
    assert "waiting" not in err
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
    assert expand_variables(check_address("postgresql://me:${PW}@host/db")) == "postgresql://me:s3cret@host/db"
    with pytest.raises(UsageError, match="environment variable NOT_SET is not set"):
        expand_variables("${NOT_SET}")


async def test_the_ledger_knows_what_is_made_anew(server: PostgresServer, address: list[str], tmp_path: Path) -> None:
    """`--again` where the folder is, on a machine with nothing but the database, and killed in between."""

    def on(machine: str, **more: Any) -> RunSettings:
        context = workflow_settings(calls="1:100", max_tool_calls=1, max_repairs=0, now="2026-01-01T00:00:00Z")
        context = context.model_copy(update={"tools": ["python:tests.fixtures.trouble:raising_scale"]})
        out = tmp_path / machine / "anew"
        return RunSettings(out=out, samples=3, seed=3, context=context, store=address[1], **more)

    def counts() -> tuple[str, str]:
        rejected = server.query("SELECT count(*) FROM toolgrad_records WHERE run = 'anew' AND NOT accepted")
        earlier = server.query("SELECT count(*) FROM toolgrad_earlier WHERE run = 'anew'")
        return rejected[0][0], earlier[0][0]

    here = on("here").out
    assert (await generate(on("here"))).rejected == 3
    assert counts() == ("3", "0")
    first = lines(here / "rejected.jsonl")
    assert (await generate(on("here", again=True))).rejected == 3
    assert counts() == ("3", "3")
    assert lines(here / "rejected.earlier.jsonl") == first
    # Another machine, with an empty folder: it gets both kinds of lines back, and begins the next round.
    there = on("there").out
    assert (await generate(on("there", again=True))).rejected == 3
    assert counts() == ("3", "6")
    assert len(lines(there / "rejected.earlier.jsonl")) == 6
    assert len(lines(there / "rejected.jsonl")) == 3
    # The first machine has not heard of that round; its folder follows.
    summary = await generate(on("here"))
    assert (summary.rejected, summary.missing, summary.session.samples) == (3, 0, 3)
    assert sorted(map(str, lines(here / "rejected.jsonl"))) == sorted(map(str, lines(there / "rejected.jsonl")))
    assert len(lines(here / "rejected.earlier.jsonl")) == 6
    # Killed after the folder's lines were moved, before the ledger heard of it: any command goes on with it.
    shutil.copytree(here, tmp_path / "before")
    with RunStore(here, read_run_info(here), {}, again=True):
        pass
    assert counts() == ("3", "6")
    summary = await generate(on("here"))
    assert (summary.rejected, summary.missing) == (3, 0)
    assert counts() == ("3", "9")
    assert len(lines(here / "rejected.earlier.jsonl")) == 9


def test_a_tool_that_is_left_out_is_left_out_on_every_machine(
    server: PostgresServer, address: list[str], tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    crashing = ["generate", "--tools", f"python:{HERE}/crashing_tools.py:TOOLS", "--allow-writes", "--calls", "1:100"]
    crashing += ["--seed", "3", "--concurrency", "1", "--out", "crashing", *address]
    for machine, samples in ((first, "10"), (second, "14")):
        machine.mkdir()
        code, _, err = run(machine, *crashing, "--samples", samples)
        assert code == 0, err
    crashes = lines(first / "crashing" / "crashes.jsonl")
    assert {crash["tool"] for crash in crashes} == {"water_bed"}
    assert len(verdicts(first / "crashing")) == 10
    assert len(verdicts(second / "crashing")) == 14
    info = json.loads(server.query("SELECT info FROM toolgrad_runs WHERE name = 'crashing'")[0][0])
    assert list(info["left_out"]) == ["water_bed"]
    assert not (second / "crashing" / "crashes.jsonl").exists()
    assert threads(server, "crashing") == 0


async def test_samples_wait_for_people_in_the_database(address: list[str], tmp_path: Path) -> None:
    def on(machine: str, **more: Any) -> RunSettings:
        out = tmp_path / machine / "reviewed"
        context = workflow_settings(calls="2:50,3:50", review=True)
        return RunSettings(**{"out": out, "samples": 4, "seed": 5, "context": context, "store": address[1], **more})

    async def go_on(settings: RunSettings) -> Summary:
        return await generate(settings, decide=decisions_of(settings.out))

    def decide(settings: RunSettings, ids: str) -> None:
        Deciding(settings.out, "Ann").decide(accept=ids, reject=None, reason="", mend=None, file=None)

    assert (await go_on(on("first"))).waiting == 4
    decide(on("first"), "s5-000003,s5-000001")
    # Another machine knows nothing of these decisions; it lists the same requests, and makes nothing again.
    assert (await go_on(on("second"))).waiting == 4
    first, second = (list(waiting_samples(on(machine).out)) for machine in ("first", "second"))
    assert first == second
    assert (await go_on(on("first", workers=2))).accepted == 2
    # It takes over the lines, and goes on with what was decided there.
    decide(on("second"), "all")
    summary = await go_on(on("second"))
    assert (summary.accepted, summary.waiting, summary.missing) == (4, 0, 0)
    async with open_team_saver(on("second"), print) as saver:
        assert await saver.athreads(1) == []
    whole = on("alone", store=None, context=workflow_settings(calls="2:50,3:50"))
    await generate(whole)
    reviewed = sorted(verdicts(on("second").out), key=lambda record: str(record["id"]))
    assert [{**record, "review": None} for record in verdicts(whole.out)] == [
        {**record, "review": None} for record in reviewed
    ]
