"""Files of ingredients are read before a run begins, and what is wrong with them is told."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.toolgrad_data.runs.helpers import settings
from tests.unit.toolgrad_data.runs.test_runner import lines
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.observer import Observer
from toolgrad_data.runs.runner import generate


async def test_a_file_of_ingredients_is_tried_before_anything_is_written(tmp_path: Path) -> None:
    people = tmp_path / "people.txt"
    given: dict[str, Any] = {"personas": str(people), "tools": ["builtin:text"], "calls": "1:100"}
    with pytest.raises(UsageError, match=r"--personas \S+people.txt: cannot be read: No such file"):
        await generate(settings(tmp_path / "run", **given))
    people.write_bytes(b"a cook\na diver\n\xff\n")
    said = Sayings()
    await generate(settings(tmp_path / "run", samples=2, **given), observer=said)
    assert [words for words in said.words if "1 of 3 lines are left out: 1 is no UTF-8 (line 3)" in words]
    made = [*lines(tmp_path / "run" / "records.jsonl"), *lines(tmp_path / "run" / "rejected.jsonl")]
    assert {line["ingredients"]["who"] for line in made} == {"a cook", "a diver"}  # type: ignore[index]


class Sayings(Observer):
    def __init__(self) -> None:
        self.words: list[str] = []

    def say(self, message: str) -> None:
        self.words.append(message)


class Changing(Observer):
    """Writes another line when the samples begin."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, total: int, accepted: int, rejected: int) -> None:
        self.path.write_text("a cook\na diver\na spy\n")


async def test_a_file_that_changes_under_way_ends_the_run(tmp_path: Path) -> None:
    people = tmp_path / "people.txt"
    people.write_text("a cook\na diver\n")
    given: dict[str, Any] = {"personas": str(people), "tools": ["builtin:text"], "calls": "1:100"}
    with pytest.raises(UsageError, match="has changed since it was read"):
        await generate(settings(tmp_path / "run", **given), observer=Changing(people))
    # Nothing was made, so that the file as it is now may be used; it is read again.
    summary = await generate(settings(tmp_path / "run", samples=3, **given))
    assert summary.missing == 0
    made = [*lines(tmp_path / "run" / "records.jsonl"), *lines(tmp_path / "run" / "rejected.jsonl")]
    assert {line["ingredients"]["who"] for line in made} == {"a cook", "a diver", "a spy"}  # type: ignore[index]
