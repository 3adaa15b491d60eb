"""Answers of earlier runs, in an SQLite file that the user names: a repeated run costs nothing."""

import asyncio
import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from nodes.policies.base import PolicySetupError

_TABLE = "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL) WITHOUT ROWID"
_BUSY_S = 30.0


def cache_key(shaping: dict[str, Any]) -> str:
    """Return the key of an answer: a hash of everything that shapes it."""
    text = json.dumps(shaping, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class ResponseCache:
    """One file. Each operation has a connection of its own, in a thread: several processes may share it."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._set_up = False

    async def get(self, key: str) -> dict[str, Any] | None:
        """Return the stored answer or None. Raises PolicySetupError when the file cannot be used."""
        return await asyncio.to_thread(self._get, key)

    async def put(self, answers: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """Store answers by key; those already there stay. Raises PolicySetupError."""
        rows = [(key, json.dumps(answer)) for key, answer in answers]
        if rows:
            await asyncio.to_thread(self._put, rows)

    def _get(self, key: str) -> dict[str, Any] | None:
        with self._connected() as connection:
            row = connection.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        answer = json.loads(row[0])
        return answer if isinstance(answer, dict) else None

    def _put(self, rows: list[tuple[str, str]]) -> None:
        with self._connected() as connection, connection:
            connection.executemany("INSERT OR IGNORE INTO answers VALUES (?, ?)", rows)

    def _connected(self) -> "closing[sqlite3.Connection]":
        try:
            Path(self._path).parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, timeout=_BUSY_S)
            try:
                if not self._set_up:
                    _set_up(connection)
                    self._set_up = True
            except sqlite3.Error:
                connection.close()
                raise
        except (OSError, sqlite3.Error) as error:
            raise PolicySetupError(
                f"the response cache {self._path} cannot be used: {error}. Name a writable file of its own "
                "(setting response_cache) or leave the setting out."
            ) from error
        return closing(connection)


def _set_up(connection: sqlite3.Connection) -> None:
    """Make the file a cache, where it is none yet.

    SQLite does not wait with a change of the journal for another connection that makes it, whatever the
    timeout: it says at once that the file is locked.
    """
    deadline = time.monotonic() + _BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(_TABLE)
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise
            if time.monotonic() > deadline:
                raise
        time.sleep(0.02)
