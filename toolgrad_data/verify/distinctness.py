"""Promise 5 over a file of any length: the exact comparison of `nodes.proofs.distinct`, on disk.

Two sets of 3-grams whose Jaccard overlap is t or more share at least one gram among the first
|A| - ceil(t |A|) + 1 of each, in any order that is the same for both (prefix filtering: Chaudhuri, Ganti and
Kaushik, ICDE 2006; Bayardo, Ma and Srikant, WWW 2007). Ordered by how many records have them, the rarest first,
few records share one. All of it lies in a temporary SQLite database, so memory does not grow with the file.
"""

import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from nodes.proofs.distinct import SIMILAR, overlap

_CACHE_KIB = 8 * 1024
_SIGN = 1 << 63

#: Records of other files come before all of the file that is checked, and nothing is said of them.
OTHER = -1


class RecordTraits(NamedTuple):
    """What two records are compared by. `order` is that of the promise: the run's seed, then the index."""

    order: tuple[int, int]
    calls: str
    grams: frozenset[int]


class DistinctEntry(NamedTuple):
    """A record's line and id, and what else is remembered of it: that it failed otherwise, that it claims to be new."""

    number: int
    id: str
    failed: bool = False
    claimed: bool = False


class Likeness(NamedTuple):
    """A record that an earlier one is like, and in what."""

    entry: DistinctEntry
    code: str
    message: str


class DistinctStore:
    """Collects records' traits, then tells which are like an earlier one. A context manager."""

    def __init__(self) -> None:
        # "": a temporary file that SQLite removes; memory holds its cache only.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(
            f"""
            PRAGMA cache_size = -{_CACHE_KIB}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            CREATE TABLE records (rank INTEGER, seed INTEGER, position INTEGER, number INTEGER, id TEXT,
                                  failed INTEGER, claimed INTEGER, origin TEXT, calls TEXT, grams BLOB);
            CREATE TABLE grams (gram INTEGER);
            BEGIN;
            """
        )

    def __enter__(self) -> "DistinctStore":
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def add(self, entry: DistinctEntry, traits: RecordTraits, origin: str = "") -> None:
        """Add a record; `origin` names the other file that it is from."""
        own = array("q", sorted(gram - _SIGN for gram in traits.grams))
        rank = OTHER if origin else 0
        seed, position = (_to_64_bits(value) for value in traits.order)
        row = (rank, seed, position, *entry, origin, traits.calls, own.tobytes())
        self._database.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self._database.executemany("INSERT INTO grams VALUES (?)", ((gram,) for gram in own))

    def repeated_ids(self) -> Iterator[tuple[DistinctEntry, int]]:
        """Yield (record, line before) for each record whose id an earlier line of the file has."""
        for number, id, failed, claimed, before in self._database.execute(
            """SELECT number, id, failed, claimed, before FROM
                   (SELECT *, lag(number) OVER (PARTITION BY id ORDER BY number) AS before
                    FROM records WHERE rank = 0)
               WHERE before IS NOT NULL ORDER BY number"""
        ):
            yield DistinctEntry(number, id, bool(failed), bool(claimed)), before

    def likenesses(self) -> Iterator[Likeness]:
        """Yield what is like an earlier record, by seed, then index, then line, the first likeness of each."""
        ask = self._database
        ask.executescript(
            """
            CREATE TABLE shared AS SELECT gram, count(*) AS records FROM grams GROUP BY gram HAVING count(*) > 1;
            CREATE UNIQUE INDEX shared_grams ON shared (gram);
            CREATE TABLE prefixes (gram INTEGER, place INTEGER, PRIMARY KEY (gram, place)) WITHOUT ROWID;
            CREATE TABLE ordered AS SELECT * FROM records ORDER BY rank, seed, position, number;
            CREATE INDEX ordered_calls ON ordered (calls);
            """
        )
        for place, rank, number, id, failed, claimed, calls, blob in ask.execute(
            "SELECT rowid, rank, number, id, failed, claimed, calls, grams FROM ordered ORDER BY rowid"
        ):
            own = array("q")
            own.frombytes(blob)
            prefix = self._prefix(own)
            if rank != OTHER:
                found = self._like(place, calls, own, prefix)
                if found is not None:
                    yield Likeness(DistinctEntry(number, id, bool(failed), bool(claimed)), *found)
            ask.executemany("INSERT OR IGNORE INTO prefixes VALUES (?, ?)", ((gram, place) for gram in prefix))

    def _like(self, place: int, calls: str, own: "array[int]", prefix: Iterable[int]) -> tuple[str, str] | None:
        same = self._database.execute(
            "SELECT id, origin, number FROM ordered WHERE calls = ? AND rowid < ? ORDER BY rowid LIMIT 1",
            (calls, place),
        ).fetchone()
        if same is not None:
            message = f"the record {_entry_name(*same)} has the same calls with the same arguments"
            return "same_calls", message
        places: set[int] = set()
        for gram in prefix:
            places.update(
                row[0] for row in self._database.execute("SELECT place FROM prefixes WHERE gram = ?", (gram,))
            )
        mine = frozenset(own)
        for other in sorted(places):
            blob, *name = self._database.execute(
                "SELECT grams, id, origin, number FROM ordered WHERE rowid = ?", (other,)
            ).fetchone()
            theirs = array("q")
            theirs.frombytes(blob)
            shared = overlap(mine, frozenset(theirs))
            if shared >= SIMILAR:
                near = f"{_entry_name(*name)} (3-gram overlap {float(shared):.2f})"
                return "similar_query", f"the query is nearly that of the record {near}"
        return None

    def _prefix(self, own: "array[int]") -> list[int]:
        """Return those of the record's rarest grams that other records have too and that tell all candidates."""
        if not own:
            return []
        marks = ", ".join("?" * len(own)) if len(own) <= 900 else None
        if marks is None:
            known = {}
            for gram in own:
                row = self._database.execute("SELECT records FROM shared WHERE gram = ?", (gram,)).fetchone()
                if row:
                    known[gram] = row[0]
        else:
            query = f"SELECT gram, records FROM shared WHERE gram IN ({marks})"  # noqa: S608 - question marks only
            known = dict(self._database.execute(query, own.tolist()))
        least = -(-SIMILAR.numerator * len(own) // SIMILAR.denominator)
        rarest = sorted(own, key=lambda gram: (known.get(gram, 1), gram))[: len(own) - least + 1]
        return [gram for gram in rarest if gram in known]


def _entry_name(id: str, origin: str, number: int) -> str:
    return f"{id} ({origin}, line {number})" if origin else f"{id} (line {number})"


def _to_64_bits(value: int) -> int:
    """SQLite has 64 bits; a forged index may have more."""
    return max(-_SIGN, min(value, _SIGN - 1))
