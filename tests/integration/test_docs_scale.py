"""Every command of docs/scale.md, in its order, as a user would type it, on machines that are all on loopback."""

import importlib.util
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

from bench.postgres_server import PostgresServer, binaries
from tests.integration.command import lines, without_times
from tests.optional import need
from tests.ports import free_port

PAGE = (Path(__file__).parents[2] / "docs" / "scale.md").read_text()
BLOCKS = re.findall(r"^```(.*)\n((?:.*\n)*?)```$", PAGE, re.MULTILINE)
SAMPLES = 8
# At 127.0.0.2, for Ray takes 127.0.0.1 for the machine's outer address.
HEAD, NODE = "127.0.0.2", "127.0.0.3"
_START_S, _END_S = 240, 60
# On a busy machine Ray's own processes may find each other too slow, and give up.
_TRIES = 4


def test_no_block_of_the_page_is_overlooked() -> None:
    assert len(re.findall(r"^ *(?:```|~~~)", PAGE, re.MULTILINE)) == 2 * len(BLOCKS)
    assert {language for language, _ in BLOCKS} == {""}, "what is no command is not run"


def test_the_commands_of_the_page_make_the_same_records(tmp_path: Path) -> None:
    need(binaries(), "no PostgreSQL server is installed (on Debian: apt-get install postgresql)")
    need(importlib.util.find_spec("ray"), "Ray is not installed (pip install --editable '.[ray]')")
    with PostgresServer() as server, Machines(tmp_path, server) as machines:
        said = [machines.type(block) for _, block in BLOCKS]
        runs = {path.name: verdicts(path) for path in machines.folder.glob("runs/*")}
        assert sorted(runs) == ["cluster", "laptop", "paid", "team"]
        assert [record["id"] for record in runs["laptop"]] == [f"s1-{index:06d}" for index in range(SAMPLES)]
        assert all(records == runs["laptop"] for records in runs.values())
        assert any(re.search(rf"^ *team \| +{SAMPLES} \| +\d+$", words, re.MULTILINE) for words in said)
        assert "Ray: 2 CPUs, 2 tasks of 4 samples at once" in "".join(said)
        ledger = server.query("SELECT run, count(*) FROM toolgrad_records GROUP BY run ORDER BY run")
        assert ledger == [["paid", str(SAMPLES)], ["team", str(SAMPLES)]]
        assert server.query("SELECT count(*) FROM checkpoints") == [["0"]], "finished samples are pruned"
        machines.stop()
        assert machines.processes() == []
        assert not [change for change in machines.changes if change not in machines.made], "the page has changed"


def verdicts(out: Path) -> list[dict[str, Any]]:
    records = [without_times(record) for name in ("records", "rejected") for record in lines(out / f"{name}.jsonl")]
    return sorted(records, key=lambda record: str(record["id"]))


class Machines:
    """The head's two shells and the other machine's one; what is changed in a command is in `changes`."""

    def __init__(self, folder: Path, server: PostgresServer) -> None:
        self.folder = folder / "head"
        self._other = folder / "other"
        self._short = tempfile.mkdtemp(prefix="ray-")  # the paths of Ray's sockets must not be long
        self._mark = uuid.uuid4().hex
        self._blocking: list[subprocess.Popen[bytes]] = []
        port = free_port()
        small = (
            f"--num-cpus 1 --object-store-memory 80000000 --include-log-monitor false --temp-dir {self._short} --block"
        )
        ports = f"--ray-client-server-port {free_port()} --dashboard-port {free_port()} --include-dashboard false"
        #: What stands on the page, and what is typed instead.
        self.changes = {
            "--samples 5000": f"--samples {SAMPLES}",
            "--concurrency 64 --store": "--concurrency 4 --store",
            "--concurrency 64": "--concurrency 8",
            "postgresql://team:secret@db.example:5432/toolgrad": server.url_with_password,
            "--head --port 6379": f"--head --port {port} --node-ip-address {HEAD} {ports}",
            "--address HEAD:6379 --block": f"--address {HEAD}:{port} --node-ip-address {NODE} --block",
            "HEAD:6379": f"{HEAD}:{port}",
            "--block": small,
            "=TOKEN": f"={secrets.token_hex(32)}",
        }
        self.made: set[str] = set()

    def __enter__(self) -> "Machines":
        for home in (self.folder, self._other):
            home.mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        for number in self.processes():
            os.kill(number, signal.SIGKILL)
        for process in self._blocking:
            process.wait()
        shutil.rmtree(self._short, ignore_errors=True)

    def type(self, block: str) -> str:
        """Run a block; return what it said. What blocks its shell goes on in one of its own."""
        for old, new in self.changes.items():
            if old in block:
                self.made.add(old)
                block = block.replace(old, new)
        if "--block" in block:
            return self._block(block)
        # What one block has exported the next finds, as in one shell.
        script = f"if [ -e exported ]; then . ./exported; fi\n{block}\nexport -p > exported"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self.folder,
            env=self._environment(self.folder),
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_START_S,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}"
        return done.stdout

    def stop(self) -> None:
        """Press Ctrl-C in each shell that a command blocks."""
        for process in reversed(self._blocking):
            os.killpg(process.pid, signal.SIGINT)
            process.wait(_END_S)

    def processes(self) -> list[int]:
        """Return what still runs of all that was started."""
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if self._mark.encode() in path.read_bytes():
                    found.append(int(path.parent.name))
            except OSError:  # it has ended, or is somebody else's
                continue
        return found

    def _block(self, block: str) -> str:
        home = self.folder if "--head" in block else self._other
        log = home / "ray.log"
        for _ in range(_TRIES):
            with log.open("wb") as told:
                process = subprocess.Popen(
                    ["bash", "-euo", "pipefail", "-c", block],
                    cwd=home,
                    env=self._environment(home),
                    stdin=subprocess.DEVNULL,
                    stdout=told,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            deadline = time.monotonic() + _START_S
            while process.poll() is None and "block forever" not in log.read_text():
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            self._blocking.append(process)
            if process.returncode is None:
                break
            self._blocking.remove(process)
        else:
            raise AssertionError(log.read_text())
        return log.read_text()

    def _environment(self, home: Path) -> dict[str, str]:
        programs = [Path(sys.executable).parent, binaries(), *os.environ["PATH"].split(os.pathsep)]
        ours = ("TOOLGRAD_", "RAY_", "PG")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        path = os.pathsep.join(map(str, programs))
        return {**inherited, "PATH": path, "HOME": str(home), "MARK_OF_THE_TEST": self._mark}
