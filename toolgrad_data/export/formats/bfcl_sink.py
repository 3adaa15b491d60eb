"""BFCL's folder of question and answer files, which appears whole or not at all."""

import os
import shutil
from collections import Counter
from pathlib import Path
from typing import IO, Any

from toolgrad_data.export.sinks import Sink, close_quietly, sync_and_close
from toolgrad_data.files.jsonl import encode_line

ANSWERS = "possible_answer"


def file_name(category: str) -> str:
    """Return the name of a category's file."""
    return f"BFCL_v4_{category}.json"


def is_bfcl_folder(path: Path) -> bool:
    """Say whether the folder holds nothing but such files, so that it may be replaced."""
    names = [entry.name for entry in path.iterdir() if entry.name != ANSWERS]
    names += [entry.name for entry in (path / ANSWERS).iterdir()] if (path / ANSWERS).is_dir() else []
    return all(name.startswith("BFCL_v4_") and name.endswith(".json") for name in names)


class BfclSink(Sink):
    """Takes `{category, question, answer}`; numbers the questions of each category from 0."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._files: dict[Path, IO[bytes]] = {}
        self._numbers: Counter[str] = Counter()
        shutil.rmtree(self.part, ignore_errors=True)
        self.part.mkdir()

    def add(self, *rows: dict[str, Any]) -> None:
        """Write each question, and its answer if it has one."""
        for row in rows:
            self._add(row)

    def _add(self, row: dict[str, Any]) -> None:
        category = row["category"]
        id = f"{category}_{self._numbers[category]}"
        question = encode_line({"id": id, **row["question"]})
        answer = encode_line({"id": id, **row["answer"]}) if row["answer"] is not None else b""
        self._file(Path(file_name(category))).write(question)
        if answer:
            self._file(Path(ANSWERS, file_name(category))).write(answer)
        self._numbers[category] += 1

    def finish(self) -> None:
        """Flush all files."""
        for file in self._files.values():
            sync_and_close(file)

    def commit(self) -> list[Path]:
        """Give the folder its name, in the place of an older one."""
        old = self.path.with_name(f".{self.path.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        if self.path.exists():
            os.rename(self.path, old)
        os.rename(self.part, self.path)
        shutil.rmtree(old, ignore_errors=True)
        return [self.path / name for name in self._files]

    def abandon(self) -> None:
        """Remove the part."""
        for file in self._files.values():
            close_quietly(file)
        shutil.rmtree(self.part, ignore_errors=True)

    def _file(self, name: Path) -> IO[bytes]:
        if name not in self._files:
            path = self.part / name
            path.parent.mkdir(exist_ok=True)
            self._files[name] = open(path, "wb")  # noqa: SIM115 - closed by commit() or abandon()
        return self._files[name]
