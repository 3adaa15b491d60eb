"""Sources that are large enough to be read into an index once, rather than into memory each time."""

import hashlib
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from tool_registry.drawing.index import Library
from tool_registry.sources.config import SourceConfig
from tool_registry.sources.configured import apply_config
from tool_registry.spec import ToolSpec
from tool_registry.tool import Loaded, Tool

#: Libraries of fewer files are read into memory.
_FILES_MIN = 500
#: Settings that look at all tools of a source at once. With one of them it is read into memory.
_OF_ALL_TOOLS = frozenset(
    {
        "allow", "deny", "annotations", "allow_unannotated", "allow_writes", "category", "concurrency",
        "requests_per_minute", "strict", "redact", "pseudonymize", "stateful",
    }
)  # fmt: skip


def library_of(config: SourceConfig) -> Library | None:
    """Return a ToolBench source as a library to be indexed, or None for one that is to be read into memory."""
    if _OF_ALL_TOOLS & set(config.model_dump(exclude_defaults=True)):
        return None
    files = (Path(folder, name) for folder, _, names in os.walk(config.target) for name in names)
    if sum(1 for _ in islice(files, _FILES_MIN)) < _FILES_MIN:
        return None
    return ToolBenchLibrary(config)


class ToolBenchLibrary:
    """The APIs of a ToolBench library. Raises LoadError as `toolbench.load` does."""

    def __init__(self, config: SourceConfig) -> None:
        # Imported here: other sources do without it.
        from tool_registry.sources.toolbench import source as toolbench

        self._config = config
        self._toolbench = toolbench
        self._binder = toolbench.binder(config)

    @property
    def label(self) -> str:
        """The folder and the options that decide which tools there are."""
        return f"toolbench {Path(self._config.target).resolve()} {sorted(map(str, self._categories()))}"

    def fingerprint(self) -> str:
        """Return a digest of the files' paths, sizes and times of change."""
        digest = hashlib.sha256()
        for path, size, changed in sorted(_files_below(self._config.target)):
            digest.update(f"{path}\0{size}\0{changed}\n".encode())
        return digest.hexdigest()

    def entries(self, problems: list[str]) -> Iterator[tuple[ToolSpec, Any]]:
        """Yield each API's spec, and what the server knows it by."""
        return self._toolbench.entries(self._config, problems)

    def bind(self, spec: ToolSpec, payload: Any) -> Tool:
        """Return the API as a tool under the source's configuration."""
        return apply_config(self._config, Loaded([self._binder(spec, payload)])).tools[0]

    def _categories(self) -> list[Any]:
        return list(self._config.options.get("categories") or [])


def _files_below(folder: str) -> Iterator[tuple[str, int, int]]:
    """Yield (path, bytes, nanoseconds of last change); the directory entry knows them without opening a file."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _files_below(entry.path)
            elif entry.name.endswith(".json"):
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns
