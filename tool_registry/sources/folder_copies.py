"""Folders that a server with state works on, copied for each session."""

import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tool_registry.sources.mcp_servers import Server
from tool_registry.tool import LoadError


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
        return _mapped(value, self._replacing(self._there))

    def outside(self, value: Any) -> Any:
        """Return the JSON value with the originals' paths for the copies'."""
        return _mapped(value, self._replacing([(copy, original) for original, copy in self._there]))

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


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {change(name): _mapped(member, change) for name, member in value.items()}
    return [_mapped(item, change) for item in value] if isinstance(value, list) else value
