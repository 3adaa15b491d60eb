"""Folders that a server with state works on, copied for each session."""

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from tool_registry.sessions.digest import IncomparableError
from tool_registry.sources.mcp.servers import Server
from tool_registry.tool import LoadError

#: What is read of copies to compare them: more entries or bytes stay uncompared.
ENTRIES_MAX = 20_000
BYTES_MAX = 64 * 1024 * 1024


class FolderCopies:
    """Copies of folders, made at once, under a temporary folder that `close` removes. Both block.

    Outside one speaks of the originals and inside of the copies: so two sessions tell the same, and a record holds
    no name that is gone. Raises LoadError for a folder that is none or cannot be copied.
    """

    def __init__(self, folders: Sequence[str]) -> None:
        self._root = Path(tempfile.mkdtemp(prefix="toolgrad-")).resolve()
        self._there: list[tuple[str, str]] = []
        self._given: dict[str, str] = {}
        try:
            for position, given in enumerate(folders):
                original = Path(given).expanduser().resolve()
                if not original.is_dir():
                    raise LoadError(f"options.copies: {given} is no folder")
                copy = self._root / str(position) / original.name
                shutil.copytree(original, copy, symlinks=True)
                self._there.append((str(original), str(copy)))
                self._given[given] = str(copy)
        except (OSError, shutil.Error) as error:
            self.close()
            raise LoadError(f"options.copies: {given} cannot be copied: {error}") from error
        except LoadError:
            self.close()
            raise
        # The longest first, for a folder that stands in another one.
        self._there.sort(key=lambda pair: -len(pair[0]))

    def server(self, server: Server) -> Server:
        """Return the server as one that is started on the copies."""
        return replace(
            server,
            args=[self._given.get(arg) or self.inside(arg) for arg in server.args],
            env={name: self._given.get(value) or self.inside(value) for name, value in server.env.items()},
            cwd=server.cwd and (self._given.get(server.cwd) or self.inside(server.cwd)),
        )

    def inside(self, value: Any) -> Any:
        """Return the JSON value with the copies' paths for the originals'."""
        return _map_texts(value, self._replacing(self._there))

    def outside(self, value: Any) -> Any:
        """Return the JSON value with the originals' paths for the copies'."""
        return _map_texts(value, self._replacing([(copy, original) for original, copy in self._there]))

    def digest(self) -> str:
        """Return a digest of the copies: names, kinds, permissions and contents. Blocking.

        Times are left out: they are too coarse to tell two changes apart. Raises IncomparableError for copies that
        are too large or cannot be read, and for what is neither file, folder nor link.
        """
        found = blake2b(digest_size=16)
        left = [BYTES_MAX, ENTRIES_MAX]
        try:
            for path in self._entries(self._root):
                about = path.lstat()
                left = [left[0] - about.st_size, left[1] - 1]
                if min(left) < 0:
                    raise IncomparableError(f"the copies hold more than {ENTRIES_MAX} entries or {BYTES_MAX >> 20} MiB")
                content = _content(path, about.st_mode)
                said = (str(path.relative_to(self._root)), about.st_mode, len(content))
                found.update(repr(said).encode(errors="surrogateescape"))
                found.update(content)
        except OSError as error:
            raise IncomparableError(f"the copies cannot be read: {error}") from error
        return found.hexdigest()

    @staticmethod
    def _entries(root: Path) -> Iterator[Path]:
        for folder, folders, files in os.walk(root, onerror=_raise):
            folders.sort()
            yield from (Path(folder, name) for name in sorted([*folders, *files]))

    def close(self) -> None:
        """Remove the copies."""
        shutil.rmtree(self._root, ignore_errors=True)

    @staticmethod
    def _replacing(pairs: Sequence[tuple[str, str]]) -> Callable[[str], str]:
        def replaced(text: str) -> str:
            for before, after in pairs:
                if before in text:
                    # Not in the middle of a longer name: /srv/garden in /srv/gardens.
                    text = re.sub(rf"{re.escape(before)}(?![\w-]|\.\w)", after.replace("\\", r"\\"), text)
            return text

        return replaced


def _content(path: Path, mode: int) -> bytes:
    if stat.S_ISREG(mode):
        return path.read_bytes()
    if stat.S_ISLNK(mode):
        return os.fsencode(os.readlink(path))
    if stat.S_ISDIR(mode):
        return b""
    raise IncomparableError(f"the copies hold {path.name}, which is neither file, folder nor link")


def _raise(error: OSError) -> None:
    raise error


def _map_texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(name): _map_texts(member, change) for name, member in value.items()}
    return [_map_texts(item, change) for item in value] if isinstance(value, list) else value
