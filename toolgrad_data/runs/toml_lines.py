"""Where in a TOML file something stands: tomllib gives values without their lines."""

import re
import tomllib
from collections.abc import Iterator

_HEADER = re.compile(r"\s*\[(\[?)([^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([^=#\[\]]+?)\s*=")

Path = tuple[str | int, ...]


def line_of(text: str, path: Path) -> int:
    """Return the line, from 1, of the statement that says most of the path: `("tools", 1, "timeout_s")`.

    Numbers in the path count the tables of an array, from 0. The text must be TOML. For a path that begins
    nowhere in it the answer is 1.
    """
    best, line = 0, 1
    for number, said in _statements(text):
        shared = 0
        while shared < min(len(said), len(path)) and _plain(said[shared]) == _plain(path[shared]):
            shared += 1
        if shared > best and shared == min(len(said), len(path)):
            best, line = shared, number
    return line


def _statements(text: str) -> Iterator[tuple[int, Path]]:
    """Yield (line, path) of each table's header and of each key."""
    lines = text.splitlines()
    counts: dict[str, int] = {}
    table: Path = ()
    for number, line in enumerate(lines, start=1):
        header, key = _HEADER.match(line), _KEY.match(line)
        # Inside a text or an array of several lines a line may look like either; what stands before is no
        # whole document there.
        if not (header or key) or not _is_toml("\n".join(lines[: number - 1])):
            continue
        parts = _parts(header[2] if header else key[1] if key else "")
        if not parts:
            continue
        if header and header[1]:
            counts[parts[0]] = counts.get(parts[0], -1) + 1
        if header:
            inside = (counts[parts[0]],) if parts[0] in counts else ()
            table = (parts[0], *inside, *parts[1:])
            yield number, table
        else:
            yield number, (*table, *parts)


def _plain(part: str | int) -> str | int:
    """Return a name as settings are compared: `timeout-s` is `timeout_s`."""
    return part.replace("-", "_") if isinstance(part, str) else part


def _parts(dotted: str) -> tuple[str, ...]:
    """Return the names of a dotted key, unquoted; none when it is no key."""
    try:
        members = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    names = []
    while isinstance(members, dict):
        name, members = next(iter(members.items()))
        names.append(name)
    return tuple(names)


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True
