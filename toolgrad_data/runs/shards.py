"""The checkpoint files of a run: one for one process, one a worker for several, each with one writer.

A sample's thread is in the file that its index gives, so that there is one place to look for it. A command with
another number of workers moves the threads before it begins.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from toolgrad_data.runs.checkpoints import WAIT_S, checkpoints

ONE = "checkpoints.sqlite"
_PATTERN = "checkpoints*.sqlite"

# As `graph.record.record_id` writes it: the index is what follows the dash.
_SHARD_OF_THREAD = "CAST(substr(thread_id, instr(thread_id, '-') + 1) AS INTEGER) % :shards = :shard"


def shard_paths(folder: Path, shards: int) -> list[Path]:
    """Return the checkpoint files of a run with so many writers; sample `i` is in the one at `i % shards`."""
    if shards == 1:
        return [folder / ONE]
    return [folder / f"checkpoints-{shard}-of-{shards}.sqlite" for shard in range(shards)]


def arrange_shards(folder: Path, shards: int) -> bool:
    """Move threads from files of another number of writers to where they belong; say whether there are any.

    May be interrupted at any moment and done again: a file is removed when all its threads are in their new
    places, and nothing is written there before. Waits for a writer that is just ending. Raises sqlite3.Error
    and OSError.
    """
    targets = shard_paths(folder, shards)
    present = sorted(folder.glob(_PATTERN))
    for source in [path for path in present if path not in targets]:
        for shard, target in enumerate(targets):
            with checkpoints(target):
                pass  # makes the tables
            _copy(source, target, shard, shards)
        for path in (source, *(source.with_name(f"{source.name}{end}") for end in ("-wal", "-shm"))):
            path.unlink(missing_ok=True)
    return bool(present)


def remove_shards(folder: Path) -> None:
    """Remove all checkpoints of a run. Raises OSError."""
    for path in folder.glob(f"{_PATTERN}*"):
        path.unlink(missing_ok=True)


def _copy(source: Path, target: Path, shard: int, shards: int) -> None:
    """Copy the shard's threads of one file into another, all or none."""
    with closing(sqlite3.connect(target, timeout=WAIT_S, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("ATTACH DATABASE ? AS source", (os.fspath(source),))
        connection.execute("BEGIN IMMEDIATE")
        tables = connection.execute("SELECT name, sql FROM source.sqlite_master WHERE type = 'table'").fetchall()
        for name, sql in tables:
            columns = [row[1] for row in connection.execute(f'PRAGMA source.table_info("{name}")')]
            if "thread_id" not in columns:
                continue
            if not connection.execute("SELECT 1 FROM main.sqlite_master WHERE name = ?", (name,)).fetchone():
                connection.execute(sql)
            listed = ", ".join(f'"{column}"' for column in columns)
            connection.execute(
                f'INSERT OR REPLACE INTO main."{name}" ({listed}) '  # noqa: S608 - names from the file's own schema
                f'SELECT {listed} FROM source."{name}" WHERE {_SHARD_OF_THREAD}',
                {"shards": shards, "shard": shard},
            )
        connection.execute("COMMIT")
        connection.execute("DETACH DATABASE source")
