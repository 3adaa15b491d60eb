"""Promise 5 while a run is made: is a record distinct from those before it?

Queries that may be similar are found by MinHash with banding (Leskovec, Rajaraman and Ullman, Mining of Massive
Datasets, 3.4), and then compared exactly. With 32 bands of 7 rows a pair whose 3-gram sets overlap by Jaccard 0.8
is missed with a probability of (1 - 0.8^7)^32, 5 in 10,000, one that overlaps by 0.85 in 4 of 1,000,000, equal ones
never; a pair that overlaps by 0.2 is compared in vain in 4 of 10,000 cases. All that is remembered lies in a
temporary SQLite database, so that memory does not grow with the records. (`toolgrad verify`, which sees a whole file
before it answers, compares without such chance.)
"""

import hashlib
import sqlite3
import weakref
from array import array
from collections.abc import Iterator
from fractions import Fraction

from rensa import RMinHash

from graph.record import Finding, Record
from nodes.proofs.distinct import SIMILAR, calls_key, grams, overlap

BANDS = 32
ROWS = 7

_SEED = 20250508
_CACHE_KIB = 2 * 1024
_SIGN = 1 << 63


class DistinctIndex:
    """What is known of earlier records. Ask `seen`, then `add` what is accepted, in index order.

    To be used by one thread. Holds up to 2 MiB in memory, and on disk about a kilobyte a record.
    """

    def __init__(self) -> None:
        # "": a temporary file that SQLite removes; memory holds its cache only.
        self._database = sqlite3.connect("", isolation_level=None)
        self._close = weakref.finalize(self, self._database.close)
        self._database.executescript(
            f"""
            PRAGMA cache_size = -{_CACHE_KIB}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            CREATE TABLE records (number INTEGER PRIMARY KEY, name TEXT, grams BLOB);
            CREATE TABLE calls (key BLOB PRIMARY KEY, number INTEGER) WITHOUT ROWID;
            CREATE TABLE bands (key INTEGER, number INTEGER, PRIMARY KEY (key, number)) WITHOUT ROWID;
            BEGIN;
            """
        )
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def seen(self, record: Record) -> Finding | None:
        """Return why the record is not distinct from those added, or None."""
        same = self._same_calls(record)
        if same is not None:
            message = f"the record {self._name(same)} has the same calls with the same arguments"
            return Finding(promise="distinct", code="same_calls", message=message, where="/turns")
        similar = self._similar(grams(record))
        if similar is not None:
            number, shared = similar
            near = f"{self._name(number)} (3-gram overlap {float(shared):.2f})"
            message = f"the query is nearly that of the record {near}"
            return Finding(promise="distinct", code="similar_query", message=message, where="/turns/0/query")
        return None

    def like(self, record: Record) -> str | None:
        """Return the id of a record that was added and that the record is not distinct from, or None."""
        if not self._count:
            return None
        same = self._same_calls(record)
        similar = self._similar(grams(record)) if same is None else (same, None)
        return None if similar is None else self._name(similar[0])

    def _same_calls(self, record: Record) -> int | None:
        key = bytes.fromhex(calls_key(record))
        found = self._database.execute("SELECT number FROM calls WHERE key = ?", (key,)).fetchone()
        return None if found is None else int(found[0])

    def add(self, record: Record, origin: str = "") -> None:
        """Remember the record; `origin` names the other file that it is from."""
        number = self._count
        self._count += 1
        own = grams(record)
        name = f"{record.id} of {origin}" if origin else record.id
        ask = self._database
        ask.execute("INSERT INTO records VALUES (?, ?, ?)", (number, name, array("Q", sorted(own)).tobytes()))
        key = bytes.fromhex(calls_key(record))
        ask.execute("INSERT OR IGNORE INTO calls VALUES (?, ?)", (key, number))
        ask.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", ((band, number) for band in _bands(own)))

    def close(self) -> None:
        """Forget everything."""
        self._close()

    def _name(self, number: int) -> str:
        return str(self._database.execute("SELECT name FROM records WHERE number = ?", (number,)).fetchone()[0])

    def _similar(self, own: frozenset[int]) -> tuple[int, Fraction] | None:
        """Return the first record whose query is similar and the overlap."""
        for number, blob in self._database.execute(
            f"""SELECT number, grams FROM records WHERE number IN
                (SELECT number FROM bands WHERE key IN ({", ".join("?" * BANDS)})) ORDER BY number""",  # noqa: S608
            list(_bands(own)),
        ):
            other = array("Q")
            other.frombytes(blob)
            smaller, larger = sorted((len(own), len(other)))
            if not smaller or Fraction(smaller, larger) < SIMILAR:
                continue
            shared = overlap(own, frozenset(other))
            if shared >= SIMILAR:
                return number, shared
        return None


def _bands(own: frozenset[int]) -> Iterator[int]:
    """Yield a 64-bit key for each band of the MinHash signature of the 3-grams."""
    minhash = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    minhash.update([gram.to_bytes(8, "big") for gram in own])
    digest = minhash.digest()
    for band in range(BANDS):
        rows = digest[band * ROWS : (band + 1) * ROWS]
        key = hashlib.blake2b(array("Q", [band, *rows]).tobytes(), digest_size=8).digest()
        yield int.from_bytes(key, "big") - _SIGN
