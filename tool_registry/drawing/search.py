"""Finding tools by what they say of themselves: BM25 by SQLite's FTS5, over a library of any size.

    index = memory_index({spec.name: spec for spec in specs})
    next(index.hits("distance between two cities"))   # Hit(name='distance_between_cities', …)

The index of a catalogue is in the catalogue's file; that of tools in memory is made when it is first asked and kept
by the tools' digests. A search depends on the tools and the words alone: scores are rounded to six digits, and
tools of one score are in the order of their names.

BM25 looks at each tool that holds one of the words, and with a word that every tenth tool holds that takes long. So
the tools to look at are those that hold one of the rare words, or where there is none several of the common ones;
their score is by all words.
"""

import hashlib
import math
import sqlite3
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from tool_registry.calling.crashes import attributed_to
from tool_registry.drawing.search_words import COLUMNS, columns_of, words_in
from tool_registry.spec import ToolSpec

Rows = Callable[..., list[tuple[Any, ...]]]

_TOKENIZER = "porter ascii"
#: By the columns: a name says more than a description, and that more than what a parameter is.
_WEIGHTS = "bm25(3.0, 2.0, 1.0, 1.0, 1.0)"
SCHEMA = f"""
CREATE VIRTUAL TABLE texts USING fts5({", ".join(COLUMNS)}, content='', tokenize='{_TOKENIZER}');
CREATE TABLE found (id INTEGER PRIMARY KEY, name TEXT, grp INTEGER);
CREATE TABLE stems (text TEXT PRIMARY KEY, tools INTEGER) WITHOUT ROWID;
"""
_PLACES = ", ".join("?" * len(COLUMNS))
#: Words of a query that are looked at.
_WORDS_MAX = 24
#: Tools that a search scores, about.
_SCORED_MAX = 2_000
#: Words of those that tell most, and words that have to stand together where none is rare.
_TELLING_MAX, _TOGETHER_MAX = 8, 4
#: Tools that are looked up at once, and fewer than which are few.
_BEST, _FEW = 64, 8
#: A tool is found that scores as one with a word that a tenth of the library has, or with nearly the rarest word that
#: there can be. In a small library any word will do: all of its tools fit into a batch.
_SCORE_MIN, _NEARLY, _SMALL = 2.0, 0.8, 32
_SEARCHES_KEPT = 512
_INDEXES_KEPT = 8


class Hit(NamedTuple):
    """A tool that was found, its group in a catalogue, and how well it fits: more is better, 0 is nothing."""

    name: str
    group: int | None
    score: float


def fill(connection: sqlite3.Connection, tools: Iterable[tuple[str, int | None, Sequence[str]]]) -> None:
    """Fill the tables of `SCHEMA` with each tool's name, group and columns. The tools come in the order of names."""
    connection.execute("INSERT INTO texts (texts, rank) VALUES ('rank', ?)", (_WEIGHTS,))
    for number, (name, group, columns) in enumerate(tools, start=1):
        connection.execute("INSERT INTO found VALUES (?, ?, ?)", (number, name, group))
        connection.execute(
            f"INSERT INTO texts (rowid, {', '.join(COLUMNS)}) VALUES (?, {_PLACES})",  # noqa: S608
            (number, *columns),
        )
    connection.execute("INSERT INTO texts (texts) VALUES ('optimize')")
    connection.execute("CREATE VIRTUAL TABLE temp.held USING fts5vocab(main, texts, 'row')")
    connection.execute("INSERT INTO stems SELECT term, doc FROM temp.held")
    connection.execute("DROP TABLE temp.held")


class SearchIndex:
    """Searches tables that `fill` has filled; `rows` runs a query on them, from any thread."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._total = int(rows("SELECT count(*) FROM found")[0][0])
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, list[Hit]] = OrderedDict()

    def hits(self, text: str) -> Iterator[Hit]:
        """Yield the tools that the text's words find, the best first; none where no tool holds a word that tells."""
        words = list(dict.fromkeys(words_in(text)[:_WORDS_MAX]))
        best = self._first(words)
        yield from best
        if len(best) == _BEST:
            # Only who may not use those goes on to here.
            seen = set(best)
            yield from (hit for hit in self._best(words, _SCORED_MAX) if hit not in seen)

    def _first(self, words: list[str]) -> list[Hit]:
        key = " ".join(words)
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        best = self._best(words, _BEST)
        with self._lock:
            self._kept[key] = best
            while len(self._kept) > _SEARCHES_KEPT:
                self._kept.popitem(last=False)
        return best

    def _best(self, words: list[str], many: int) -> list[Hit]:
        counts = {word: self._count(word) for word in words}
        known = sorted((word for word in words if counts[word]), key=lambda word: (counts[word], word))
        # What a quarter of a library holds tells nothing beside other words.
        common = self._total // 4 if self._total > _SMALL else self._total
        telling = [word for word in known if counts[word] <= common] or known[:1]
        rare: list[str] = []
        for word in telling[:_TELLING_MAX]:
            if sum(counts[each] for each in [*rare, word]) > _SCORED_MAX:
                break
            rare.append(word)
        if rare:
            others = telling[len(rare) : _TELLING_MAX]
            # A tool that holds a rare word is scored by the others, too; as it is written the rare ones count twice.
            found = self._score(f"({_any(rare)}) AND ({_any(rare + others)})" if others else _any(rare), many)
            if len(found) < _FEW and others:
                # A rare word may be beside the point: "Lisbon" in a wish for the weather.
                more = self._of_common(others[:_TOGETHER_MAX], many)
                known_names = {hit.name for hit in found}
                found += [hit for hit in more if hit.name not in known_names]
        else:
            found = self._of_common(telling[:_TOGETHER_MAX], many)
        enough = min(_SCORE_MIN, _NEARLY * _telling(1, self._total)) if self._total > _SMALL else 0.0
        return [hit for hit in found if hit.score >= enough]

    def _of_common(self, words: list[str], many: int) -> list[Hit]:
        """Return the tools that hold as many as possible of the words together; a single one, best in their names."""
        for width in range(len(words), 1, -1):
            together = self._score(" AND ".join(map(_quote, words[:width])), many)
            if together:
                return together
        if not words:
            return []
        return self._score(f"name : {_quote(words[0])}", many) or self._score(_quote(words[0]), many)

    def _score(self, query: str, many: int) -> list[Hit]:
        found = self._rows(
            "SELECT found.name, found.grp, -score FROM (SELECT rowid AS id, round(rank, 6) AS score FROM texts "
            "WHERE texts MATCH ? ORDER BY score, id LIMIT ?) JOIN found USING (id) ORDER BY score, id",
            query,
            many,
        )
        return [Hit(*row) for row in found]

    def _count(self, word: str) -> int:
        found = self._rows("SELECT tools FROM stems WHERE text = ?", _stem(word))
        return int(found[0][0]) if found else 0


def _telling(count: int, total: int) -> float:
    """Return what a word tells that so many tools hold, as FTS5's `bm25` has it."""
    return max(math.log((total - count + 0.5) / (count + 0.5)), 1e-6)


def _quote(word: str) -> str:
    # `words_in` has left nothing in it that could end the quotes.
    return f'"{word}"'


def _any(words: list[str]) -> str:
    return " OR ".join(map(_quote, words))


class _Stems:
    """What the index makes of a word. Asked of FTS5 itself, so that both are one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        weakref.finalize(self, self._connection.close).atexit = False
        self._connection.executescript(
            f"CREATE VIRTUAL TABLE said USING fts5(word, tokenize='{_TOKENIZER}');"
            "CREATE VIRTUAL TABLE stems USING fts5vocab(said, 'row');"
        )

    def of(self, word: str) -> str:
        with self._lock:
            self._connection.execute("INSERT INTO said (rowid, word) VALUES (1, ?)", (word,))
            found = self._connection.execute("SELECT term FROM stems").fetchone()
            self._connection.execute("DELETE FROM said WHERE rowid = 1")
        return str(found[0]) if found else word


@cache
def _stems() -> _Stems:
    return _Stems()


@lru_cache(maxsize=8192)
def _stem(word: str) -> str:
    return _stems().of(word)


class _MemoryTables:
    """The tables of tools whose specs are at hand."""

    def __init__(self, specs: Mapping[str, ToolSpec]) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        # No context manager could: whoever has the index may go on searching when it is kept no more.
        weakref.finalize(self, self._connection.close).atexit = False
        self._connection.executescript(SCHEMA)
        fill(self._connection, ((name, None, _columns(specs[name])) for name in sorted(specs)))

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()


def _columns(spec: ToolSpec) -> tuple[str, ...]:
    with attributed_to(spec.name):
        return columns_of(spec)


_indexes: OrderedDict[str, SearchIndex] = OrderedDict()
_indexes_lock = threading.Lock()


def memory_index(specs: Mapping[str, ToolSpec]) -> SearchIndex:
    """Return the index of these tools; for tools of the same digests the same, in this process."""
    digest = hashlib.sha256()
    for name in sorted(specs):
        # A description may hold anything, also half a character.
        digest.update(specs[name].model_dump_json().encode("utf-8", "surrogatepass") + b"\0")
    key = digest.hexdigest()
    with _indexes_lock:
        if key in _indexes:
            _indexes.move_to_end(key)
            return _indexes[key]
        index = _indexes[key] = SearchIndex(_MemoryTables(specs).rows)
        while len(_indexes) > _INDEXES_KEPT:
            _indexes.popitem(last=False)
    return index
