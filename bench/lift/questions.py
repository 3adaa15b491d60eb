"""What every arm is asked: a fixed part of BFCL v4's questions, a fresh part of the others, and tools of our own.

The first part was looked at while the data was made better, so what it shows is half a training score. The claim is
that of the fresh part, which is graded when it is asked for, and not looked at otherwise.
"""

import hashlib
import importlib.util
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.lift.errors import LiftError
from bench.lift.prompts import Example
from bench.lift.reading import decode
from bench.lift.settings import SETS, digest

#: The questions that are asked, whatever a trial's seeds are: those of the first trial.
SUBSET = 900
BFCL_VERSION = "2026.3.23"
#: Of the files of questions and answers together, in the order of CATEGORIES.
BFCL_DIGEST = "1e4f89fc96dd0fcd"
CATEGORIES = ("simple_python", "multiple", "parallel", "irrelevance")
_ANSWERED = ("simple_python", "multiple", "parallel")


@dataclass(frozen=True)
class Question:
    """A question; `truth` is what BFCL's checker takes as right, None where nothing is to be called."""

    id: str
    set: str
    check: str
    query: str
    functions: tuple[dict[str, Any], ...]
    truth: tuple[dict[str, dict[str, list[Any]]], ...] | None
    context: str = ""


def bfcl_folder() -> Path:
    """Return the folder of BFCL's files. Raises LiftError where the wheel is missing."""
    found = importlib.util.find_spec("bfcl_eval")
    if found is None or found.origin is None:
        raise LiftError(
            "BFCL's questions and checker are missing. Run: "
            f"python -m pip install --no-deps bfcl-eval=={BFCL_VERSION}   (without --no-deps it brings gigabytes)"
        )
    return Path(found.origin).parent / "data"


def bfcl_files(folder: Path) -> list[Path]:
    """Return the files of all categories, which training is decontaminated against whole."""
    return [folder / f"BFCL_v4_{category}.json" for category in CATEGORIES]


def check_version(folder: Path, *, any_version: bool = False) -> str:
    """Return what tells the version of the files. Raises LiftError where it is not the one that is known."""
    answers = [folder / "possible_answer" / f"BFCL_v4_{category}.json" for category in _ANSWERED]
    whole = hashlib.sha256()
    for file in (*bfcl_files(folder), *answers):
        if not file.exists():
            raise LiftError(
                f"{file} is missing: another version of BFCL's files. Run: "
                f"python -m pip install --no-deps bfcl-eval=={BFCL_VERSION}"
            )
        whole.update(file.read_bytes())
    found = whole.hexdigest()[:16]
    if found != BFCL_DIGEST and not any_version:
        raise LiftError(
            f"{folder}: BFCL's files are not those of bfcl-eval {BFCL_VERSION} ({found}, not {BFCL_DIGEST}); "
            f"figures would not compare.\nRun: python -m pip install --no-deps bfcl-eval=={BFCL_VERSION}, or give "
            "--any-version, which the results then tell"
        )
    return found


def bfcl_questions(folder: Path, category: str, count: int, *, fresh: bool = False) -> list[Question]:
    """Return the fixed questions of a category, or as many others that the fixed part holds none of."""
    rows = _lines(folder / f"BFCL_v4_{category}.json")
    truths: dict[str, Any] = {}
    if category in _ANSWERED:
        answers = _lines(folder / "possible_answer" / f"BFCL_v4_{category}.json")
        truths = {row["id"]: row["ground_truth"] for row in answers}
    chosen = random.Random(f"{SUBSET}:{category}").sample(rows, SETS[category])
    if fresh:
        known = {row["id"] for row in chosen}
        others = [row for row in rows if row["id"] not in known]
        chosen = random.Random(f"{SUBSET}:{category}:fresh").sample(others, min(SETS[category], len(others)))
    return [_bfcl_question(row, category, truths.get(row["id"])) for row in chosen[:count]]


def _bfcl_question(row: dict[str, Any], category: str, truth: list[Any] | None) -> Question:
    query = row["question"][0][-1]["content"]
    given = tuple(truth) if truth is not None else None
    return Question(row["id"], category, category, query, tuple(row["function"]), given)


def own_questions(train: Iterable[Example], test: Iterable[Example], count: int, refusals: int) -> list[Question]:
    """Return test examples none of whose called tools training calls or offers, and refusals of the test."""
    seen = {function["name"] for example in train for function in example.functions}
    positive, none = [], []
    for example in sorted(test, key=lambda one: digest(str(SUBSET), one.id)):
        if not example.is_call:
            none.append(_own_question(example, None, "own_irrelevance"))
        elif not {name for call in decode(example.answer) for name in call} & seen:
            positive.append(_own_question(example, list(_truth(example)), "own"))
    return [*positive[:count], *none[:refusals]]


def _own_question(example: Example, truth: list[Any] | None, name: str) -> Question:
    functions = tuple({**one, "parameters": bfcl_types(one["parameters"])} for one in example.functions)
    check = "parallel_multiple" if truth and len(truth) > 1 else "multiple"
    given = tuple(truth) if truth is not None else None
    return Question(example.id, name, check, example.query, functions, given, example.context)


def _truth(example: Example) -> Iterator[dict[str, dict[str, list[Any]]]]:
    for call in decode(example.answer):
        ((name, arguments),) = call.items()
        properties = next(one for one in example.functions if one["name"] == name)["parameters"]["properties"]
        defaults = {key: [schema["default"], ""] for key, schema in properties.items() if "default" in schema}
        told = {key: whole_as_float(value, properties.get(key)) for key, value in arguments.items()}
        yield {name: {**defaults, **{key: [_members(value)] for key, value in told.items()}}}


def whole_as_float(value: Any, schema: Any) -> Any:
    """Return a list of numbers with whole ones as floats: BFCL's checker takes 3 for 3.0, but not inside of a list."""
    items = schema.get("items") if isinstance(schema, dict) else None
    if not isinstance(value, list) or not isinstance(items, dict) or items.get("type") not in ("number", "float"):
        return value
    return [float(one) if isinstance(one, int) and not isinstance(one, bool) else one for one in value]


def _members(value: Any) -> Any:
    """An object is accepted member by member."""
    if isinstance(value, list):
        return [_members(one) if isinstance(one, dict) else one for one in value]
    return {key: [one] for key, one in value.items()} if isinstance(value, dict) else value


def bfcl_types(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema in BFCL's types; what says none, or several, is `any`."""
    names = {"object": "dict", "number": "float"}
    declared = schema.get("type")
    kind = names.get(declared, declared) if isinstance(declared, str) else "any"
    new = {**schema, "type": kind}
    if isinstance(new.get("items"), dict):
        new["items"] = bfcl_types(new["items"])
    elif kind == "array":
        new["items"] = {"type": "any"}
    if isinstance(new.get("properties"), dict):
        new["properties"] = {name: bfcl_types(part) for name, part in new["properties"].items()}
    new.setdefault("required", [])
    return new


def _lines(file: Path) -> list[Any]:
    with open(file, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
