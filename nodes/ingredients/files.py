"""Files of personas, topics and places: read line by line, however many there are; known by the place of every n-th.

A file is read through once, when it is opened: its digest, how many lines are of use, what is wrong with others.
Afterwards an entry is found by seeking. What is kept of a file is at most `_OFFSETS_MAX` offsets (half a megabyte).
"""

import hashlib
import os
import threading
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from graph.context import Context
from graph.record import Ingredients
from nodes.ingredients.entries import TEXT_MAX, Entry, Fault, Kind, members_of, read_entry
from nodes.policies.base import PolicySetupError

KINDS: tuple[Kind, ...] = ("personas", "topics", "places")
_LINE_BYTES = 16_384
_OFFSETS_MAX = 65_536
_HEAD_BYTES = 1024
_JSON_ENDINGS = (".jsonl", ".ndjson")
_FAULTS: dict[Fault, str] = {
    "not_utf8": "no UTF-8",
    "too_long": f"longer than {_LINE_BYTES:,} bytes",
    "no_json": "no JSON",
    "no_entry": "without a text",
    "html": "HTML",
    "secret": "what looks like a key or a token",
}


class IngredientFileError(PolicySetupError):
    """A file of ingredients cannot be used; the message says why and what to do."""


@dataclass
class IngredientFile:
    """A file that was read through: `count` entries, and in `notes` what was left out or cut, in words."""

    path: Path
    kind: Kind
    is_json: bool
    digest: str = ""
    count: int = 0
    notes: list[str] = field(default_factory=list)
    _offsets: "array[int]" = field(default_factory=lambda: array("Q"))
    _every: int = 1
    _stamp: tuple[int, int] = (0, 0)

    def entry(self, position: int) -> Ingredients:
        """Return the entry at that position among those of use. Raises IngredientFileError for a changed file."""
        try:
            with self.path.open("rb") as file:
                if _stamp(file) == self._stamp:
                    file.seek(self._offsets[position // self._every])
                    passed = position % self._every
                    for _, line in _lines(file):
                        read = read_entry(line, self.kind, is_json=self.is_json) if line is not None else None
                        if isinstance(read, Entry):
                            if not passed:
                                return read.given
                            passed -= 1
        except OSError as error:
            raise _unreadable(self.path, self.kind, error) from error
        raise IngredientFileError(
            f"{self.kind} {self.path}: the file has changed since it was read. Put it back as it was and go on, "
            "or begin a new run with it."
        )

    def is_as_read(self) -> bool:
        """Say whether the file is still the one that was read through."""
        try:
            with self.path.open("rb") as file:
                return _stamp(file) == self._stamp
        except OSError:
            return False

    def _read_through(self) -> None:
        sha, faults, firsts, cut = hashlib.sha256(), Counter[Fault](), dict[Fault, int](), 0
        with self.path.open("rb") as file:
            self._stamp = _stamp(file)
            offset = 0
            for number, (raw, line) in enumerate(_lines(file, sha), start=1):
                read = "too_long" if line is None else read_entry(line, self.kind, is_json=self.is_json)
                if isinstance(read, Entry):
                    self._remember(offset)
                    cut += read.is_cut
                elif read is not None:
                    faults[read] += 1
                    firsts.setdefault(read, number)
                offset += raw
        self.digest = sha.hexdigest()
        wrong = ", ".join(
            f"{count:,} {'is' if count == 1 else 'are'} {self._in_words(fault)} ({'' if count == 1 else 'first '}line "
            f"{firsts[fault]:,})"
            for fault, count in faults.most_common()
        )
        self._refuse_useless(faults.total(), wrong)
        if wrong:
            self.notes.append(
                f"{self.kind} {self.path}: {faults.total():,} of {self.count + faults.total():,} lines are left out: "
                f"{wrong}"
            )
        if cut:
            self.notes.append(f"{self.kind} {self.path}: {cut:,} entries are cut to {TEXT_MAX} characters")

    def _in_words(self, fault: Fault) -> str:
        members = f" in {', '.join(members_of(self.kind))}" if fault == "no_entry" and self.is_json else ""
        return f"{_FAULTS[fault]}{members}"

    def _refuse_useless(self, wrong: int, why: str) -> None:
        if self.count and wrong <= self.count:
            return
        if not self.count and not wrong:
            raise IngredientFileError(f"{self.kind} {self.path}: the file is empty. Write one entry a line.")
        form = "one JSON object a line" if self.is_json else "one entry a line, in UTF-8"
        raise IngredientFileError(
            f"{self.kind} {self.path}: {self.count:,} of {self.count + wrong:,} lines can be used; {why}. Write {form}."
        )

    def _remember(self, offset: int) -> None:
        """Note where an entry stands; where there are too many, every second one is forgotten."""
        if self.count % self._every == 0:
            if len(self._offsets) == _OFFSETS_MAX:
                self._offsets = self._offsets[::2]
                self._every *= 2
            if self.count % self._every == 0:
                self._offsets.append(offset)
        self.count += 1


_opened: dict[tuple[Kind, str], IngredientFile] = {}
_lock = threading.Lock()


def open_file(kind: Kind, path: str, *, renew: bool = False) -> IngredientFile:
    """Return the file, read through the first time that this process asks; with `renew` also where it has changed.

    Raises IngredientFileError.
    """
    key = (kind, os.path.abspath(path))
    with _lock:
        known = _opened.get(key)
        if known is None or (renew and not known.is_as_read()):
            try:
                known = IngredientFile(Path(path), kind, _is_json(Path(path), kind))
                known._read_through()
            except OSError as error:
                raise _unreadable(Path(path), kind, error) from error
            _opened[key] = known
        return known


def files_of(context: Context, *, renew: bool = False) -> dict[Kind, IngredientFile]:
    """Return the files that the settings name, as `open_file` does. Raises IngredientFileError."""
    given = {kind: getattr(context, kind) for kind in KINDS if context.ingredients}
    return {kind: open_file(kind, path, renew=renew) for kind, path in given.items() if path is not None}


def _lines(file: BinaryIO, sha: "hashlib._Hash | None" = None) -> Iterator[tuple[int, bytes | None]]:
    """Yield the length of each line in bytes, and the line; None for one that is too long to be read at once."""
    while raw := file.readline(_LINE_BYTES):
        length = len(raw)
        line: bytes | None = raw
        if sha is not None:
            sha.update(raw)
        while not raw.endswith(b"\n") and (raw := file.readline(_LINE_BYTES)):
            line = None
            length += len(raw)
            if sha is not None:
                sha.update(raw)
        yield length, line


def _is_json(path: Path, kind: Kind) -> bool:
    """Say whether the file is JSON Lines, by its name or its first line. Raises IngredientFileError for other forms."""
    if path.exists() and not path.is_file() and not path.is_dir():
        # Opening a pipe may wait for ever.
        raise IngredientFileError(f"{kind} {path}: a pipe or a device is read once only. Save it as a file first.")
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        form, remedy = "UTF-16", "Save it as UTF-8."
    elif b"\0" in head:
        form, remedy = "no text", "Write one entry a line, in UTF-8."
    elif start[:100].lower().startswith((b"<!doctype html", b"<html", b"<?xml")):
        form, remedy = "a page of HTML or XML", "Write one entry a line."
    elif path.suffix.lower() not in _JSON_ENDINGS and start.startswith((b'["', b"[{", b"[\n", b"[\r")):
        form, remedy = "one JSON array", f"Write one entry a line: jq -c '.[]' {path.name}"
    else:
        return path.suffix.lower() in _JSON_ENDINGS or start.startswith(b"{")
    raise IngredientFileError(f"{kind} {path}: the file is {form}. {remedy}")


def _stamp(file: BinaryIO) -> tuple[int, int]:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def _unreadable(path: Path, kind: Kind, error: OSError) -> IngredientFileError:
    return IngredientFileError(f"{kind} {path}: cannot be read: {error.strerror}. Name a text file, one entry a line.")
