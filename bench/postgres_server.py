"""A PostgreSQL server of one's own: on a free port of loopback, in a folder of its own, to be killed and started."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Self

_USER = "team"


def binaries() -> Path | None:
    """Return the folder with the server's programs, or None when it is not installed."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    found = shutil.which("initdb")
    folders = [*debian, *([Path(found).parent] if found else [])]
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


class PostgresServer:
    """A context manager: entered, the server runs. It does not run as root, so root's is `postgres`'s."""

    def __init__(self) -> None:
        self.password = secrets.token_hex(8)
        self._bin = binaries()
        self._folder = Path(tempfile.mkdtemp(prefix="toolgrad-postgres-"))
        self._user = "postgres" if os.geteuid() == 0 else None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]

    @property
    def url(self) -> str:
        """Return the address without its password."""
        return f"postgresql://{_USER}@127.0.0.1:{self._port}/postgres"

    @property
    def url_with_password(self) -> str:
        """Return the address as it stands in the environment only."""
        return self.url.replace(_USER, f"{_USER}:{self.password}", 1)

    def __enter__(self) -> Self:
        try:
            self._make()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = f"-c listen_addresses=127.0.0.1 -c port={self._port} -c unix_socket_directories= -c fsync=off"
        self._run("pg_ctl", "start", "-w", "-t", "300", "-D", "data", "-l", "log", "-o", options)

    def kill(self) -> None:
        """End the server as a crash would: at once, and all connections with it."""
        self._run("pg_ctl", "stop", "-t", "300", "-m", "immediate", "-D", "data")

    def running(self) -> bool:
        """Say whether the server is there."""
        try:
            self._run("pg_ctl", "status", "-D", "data")
        except subprocess.CalledProcessError:
            return False
        return True

    def stop(self) -> None:
        """Shut the server down in order; connections are ended."""
        self._run("pg_ctl", "stop", "-m", "fast", "-D", "data")

    def query(self, statement: str) -> list[list[str]]:
        """Return the rows of a statement as text."""
        command = ["-X", "-A", "-t", "-F", "\t", "-d", self.url, "-c", statement]
        return [line.split("\t") for line in self._run("psql", *command).splitlines()]

    def _make(self) -> None:
        password = self._folder / "password"
        password.write_text(self.password)
        if self._user:
            for path in (self._folder, password):
                shutil.chown(path, self._user)
        self._run(
            "initdb",
            "-D",
            "data",
            "-U",
            _USER,
            "-A",
            "scram-sha-256",
            "--pwfile",
            "password",
            "-E",
            "UTF8",
            "--no-sync",
        )

    def _run(self, program: str, *arguments: str) -> str:
        assert self._bin is not None, "PostgreSQL is not installed"
        environment = {**os.environ, "PGPASSWORD": self.password, "LC_ALL": "C"}
        done = subprocess.run(
            [self._bin / program, *arguments],
            cwd=self._folder,
            env=environment,
            user=self._user,
            text=True,
            # Not pipes for a server that goes on: it would keep them open.
            stdout=subprocess.PIPE if program == "psql" else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        return done.stdout or ""
