"""A library of tools too large for memory, as an index on disk from which batches are drawn.

The index is written once from the library. A later process opens it without reading the library again, finds tools
by number, name, category and key, and parses a spec only when its tool is asked for. It holds what the source
says of its tools and no settings, so it has no secret.
"""

import hashlib
import json
import os
import sqlite3
import tempfile
import threading
from bisect import bisect_right
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

from tool_registry.calling.crashes import attributed_to
from tool_registry.drawing.search import SCHEMA as SEARCH_SCHEMA
from tool_registry.drawing.search import SearchIndex, fill
from tool_registry.drawing.search_words import columns_of
from tool_registry.drawing.tool_graph import Side, Traits, traits_of
from tool_registry.permissions import Permissions, verdict
from tool_registry.spec import Annotations, ToolSpec, mapped_name
from tool_registry.tool import Tool

#: Raised when the tables or the keys in them change their meaning.
_FORMAT = "3"
_PARSED_MAX = 4096
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE groups (id INTEGER PRIMARY KEY, category TEXT, source TEXT, annotations TEXT, count INTEGER);
CREATE TABLE tools (grp INTEGER, rank INTEGER, name TEXT, spec TEXT, payload TEXT);
CREATE TABLE keys (id INTEGER PRIMARY KEY, side TEXT, text TEXT, count INTEGER);
CREATE TABLE links (key INTEGER, rank INTEGER, tool INTEGER, weight REAL, PRIMARY KEY (key, rank)) WITHOUT ROWID;
CREATE TEMP TABLE said (name TEXT PRIMARY KEY, grp INTEGER, columns TEXT) WITHOUT ROWID;
"""
_INDEXES = """
CREATE UNIQUE INDEX tools_by_name ON tools (name);
CREATE UNIQUE INDEX tools_by_rank ON tools (grp, rank);
CREATE UNIQUE INDEX keys_by_text ON keys (side, text);
"""


class Library(Protocol):
    """Tools that a source can list and, one by one, make callable."""

    @property
    def label(self) -> str:
        """What the library is called; with it an index is found again."""

    def fingerprint(self) -> str:
        """Return what changes when the library does, without reading all of it: paths, sizes and times."""

    def entries(self, problems: list[str]) -> Iterator[tuple[ToolSpec, Any]]:
        """Yield each tool's spec, checked, and what `bind` needs of it as JSON; what is skipped is a problem."""

    def bind(self, spec: ToolSpec, payload: Any) -> Tool:
        """Return the tool that can be called."""


def catalogue_folder() -> Path:
    """Return where indexes are kept: `TOOLGRAD_CACHE`, else `toolgrad` in the user's cache folder."""
    given = os.environ.get("TOOLGRAD_CACHE")
    if given:
        return Path(given).expanduser() / "catalogues"
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).expanduser() / "toolgrad" / "catalogues"


def open_catalogue(library: Library, folder: Path | None = None) -> "Catalogue":
    """Return the library's index, written first when there is none or the library has changed.

    Blocks for the time that takes; call it in a thread. Raises OSError when the folder cannot be written.
    """
    folder = folder or catalogue_folder()
    path = folder / f"{hashlib.sha256(library.label.encode()).hexdigest()[:24]}.sqlite"
    fingerprint = f"{_FORMAT} {library.fingerprint()}"
    if _fingerprint_in(path) != fingerprint:
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, fingerprint, library)
    return Catalogue(path, library.bind)


def _fingerprint_in(path: Path) -> str | None:
    if not path.exists():
        return None
    try:
        with closing(_connect(path)) as connection:
            row = connection.execute("SELECT value FROM meta WHERE name = 'fingerprint'").fetchone()
    except sqlite3.DatabaseError:
        # Not an index, or a damaged one: it is written again.
        return None
    return str(row[0]) if row else None


def _connect(path: Path) -> sqlite3.Connection:
    # Immutable, because an index is replaced and never changed: no locks, and no files beside it.
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _write(path: Path, fingerprint: str, library: Library) -> None:
    """Write the index beside its place and move it there, so that nobody sees half of one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".partial")
    os.close(handle)
    try:
        with closing(sqlite3.connect(name)) as connection:
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA + SEARCH_SCHEMA)
            problems = _Writer(connection).write(library)
            meta = {"fingerprint": fingerprint, "problems": json.dumps(problems)}
            connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
            connection.executescript(_INDEXES)
            connection.commit()
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


class _Writer:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._groups: dict[tuple[str, str, str], int] = {}
        self._sizes: Counter[int] = Counter()
        self._keys: dict[tuple[str, str], int] = {}
        self._counts: Counter[int] = Counter()
        self._names: set[str] = set()

    def write(self, library: Library) -> list[str]:
        problems: list[str] = []
        for spec, payload in library.entries(problems):
            self._add(spec, payload)
        groups = [(number, *group, self._sizes[number]) for group, number in self._groups.items()]
        self._connection.executemany("INSERT INTO groups VALUES (?, ?, ?, ?, ?)", groups)
        keys = ((number, *key, self._counts[number]) for key, number in self._keys.items())
        self._connection.executemany("INSERT INTO keys VALUES (?, ?, ?, ?)", keys)
        said = self._connection.execute("SELECT name, grp, columns FROM temp.said ORDER BY name")
        fill(self._connection, ((name, number, json.loads(columns)) for name, number, columns in said))
        return problems

    def _add(self, spec: ToolSpec, payload: Any) -> None:
        if spec.name in self._names:
            original = spec.original_name or spec.name
            spec = spec.model_copy(update={"name": mapped_name(original, self._names), "original_name": original})
        self._names.add(spec.name)
        group = (spec.category, spec.source, spec.annotations.model_dump_json())
        number = self._groups.setdefault(group, len(self._groups))
        row = (number, self._sizes[number], spec.name, spec.model_dump_json(), json.dumps(payload))
        tool = self._connection.execute("INSERT INTO tools VALUES (?, ?, ?, ?, ?)", row).lastrowid
        self._sizes[number] += 1
        said = (spec.name, number, json.dumps(columns_of(spec), ensure_ascii=False))
        self._connection.execute("INSERT INTO temp.said VALUES (?, ?, ?)", said)
        traits = traits_of(spec)
        for side, keys in (("takes", traits.takes), ("gives", traits.gives)):
            for text, weight in keys.items():
                key = self._keys.setdefault((side, text), len(self._keys))
                link = (key, self._counts[key], tool, round(weight, 3))
                self._connection.execute("INSERT INTO links VALUES (?, ?, ?, ?)", link)
                self._counts[key] += 1


class Catalogue(Mapping[str, Tool]):
    """The tools of an index by name. A tool that is asked for is read and parsed; the last 4,096 are kept."""

    def __init__(self, path: Path, bind: Callable[[ToolSpec, Any], Tool]) -> None:
        self._connection = _connect(path)
        self._bind = bind
        self._lock = threading.Lock()
        self._parsed: OrderedDict[str, Tool] = OrderedDict()
        self.groups: list[tuple[int, str, ToolSpec, int]] = [
            (number, category, _stand_in(category, source, annotations), count)
            for number, category, source, annotations, count in self.rows("SELECT * FROM groups ORDER BY id")
        ]
        meta = dict(self.rows("SELECT name, value FROM meta"))
        self.problems: list[str] = json.loads(meta["problems"])
        self.search = SearchIndex(self.rows)

    def __getitem__(self, name: str) -> Tool:
        tool = self._parsed.get(name)
        if tool is not None:
            return tool
        found = self.rows("SELECT spec, payload FROM tools WHERE name = ?", name)
        if not found:
            raise KeyError(name)
        tool = self._bind(ToolSpec.model_validate_json(found[0][0]), json.loads(found[0][1]))
        with self._lock:
            self._parsed[name] = tool
            while len(self._parsed) > _PARSED_MAX:
                self._parsed.popitem(last=False)
        return tool

    def __contains__(self, name: object) -> bool:
        return name in self._parsed or bool(self.rows("SELECT 1 FROM tools WHERE name = ?", name))

    def __iter__(self) -> Iterator[str]:
        return (row[0] for row in self.rows("SELECT name FROM tools ORDER BY name"))

    def __len__(self) -> int:
        return sum(count for *_, count in self.groups)

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a query of the index finds; from any thread."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the index."""
        self._connection.close()


def _stand_in(category: str, source: Any, annotations: str) -> ToolSpec:
    """Return a spec that is to `verdict` as those of its group."""
    declared = Annotations.model_validate_json(annotations)
    return ToolSpec(
        name="a_tool", description="", parameters={}, category=category, source=source, annotations=declared
    )


class CataloguePool:
    """The tools of a catalogue that may run, to draw from. `aliases` are names that a tool has in the registry."""

    def __init__(self, catalogue: Catalogue, permissions: Permissions, aliases: Mapping[str, str]) -> None:
        self._catalogue = catalogue
        self._aliases = aliases
        self._original = {alias: name for name, alias in aliases.items()}
        groups = [group for group in catalogue.groups if verdict(group[2], permissions).runs]
        self._groups = [number for number, *_ in groups]
        self._runs = frozenset(self._groups)
        self._ends = list(accumulate(count for *_, count in groups))
        self._by_category: dict[str, list[tuple[int, int]]] = {}
        for number, category, _, count in groups:
            self._by_category.setdefault(category, []).append((number, count))
        self._categories = {name: sum(count for _, count in parts) for name, parts in self._by_category.items()}

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __contains__(self, name: object) -> bool:
        rows = self._catalogue.rows("SELECT grp FROM tools WHERE name = ?", self._original.get(str(name), name))
        return bool(rows) and rows[0][0] in self._runs

    def name_at(self, number: int) -> str:
        """Return the name of the tool with this number, from 0."""
        which = bisect_right(self._ends, number)
        return self._name_at(self._groups[which], number - (self._ends[which - 1] if which else 0))

    def categories(self) -> Mapping[str, int]:
        """Return how many tools each category has."""
        return self._categories

    def name_in(self, category: str, number: int) -> str:
        """Return the name of the tool with this number, from 0, in the category."""
        for group, count in self._by_category[category]:
            if number < count:
                return self._name_at(group, number)
            number -= count
        raise IndexError(number)

    def count(self, side: Side, key: str) -> int:
        """Return how many tools have the key on the side, those that may not run included."""
        rows = self._catalogue.rows("SELECT count FROM keys WHERE side = ? AND text = ?", side, key)
        return int(rows[0][0]) if rows else 0

    def tool_at(self, side: Side, key: str, number: int) -> tuple[str, float] | None:
        """Return the tool with this number among those that have the key, and the weight; None if it may not run."""
        rows = self._catalogue.rows(
            "SELECT tools.name, tools.grp, links.weight FROM keys JOIN links ON links.key = keys.id "
            "JOIN tools ON tools.rowid = links.tool WHERE keys.side = ? AND keys.text = ? AND links.rank = ?",
            side,
            key,
            number,
        )
        name, group, weight = rows[0]
        return (self._aliases.get(name, name), weight) if group in self._runs else None

    def traits(self, name: str) -> Traits:
        """Return what the tool takes and gives."""
        with attributed_to(name):
            return traits_of(self._catalogue[self._original.get(name, name)].spec)

    def _name_at(self, group: int, rank: int) -> str:
        rows = self._catalogue.rows("SELECT name FROM tools WHERE grp = ? AND rank = ?", group, rank)
        return self._aliases.get(rows[0][0], rows[0][0])
