"""Records of a seed, made and exported by the commands that everybody uses, and read back as examples; the controls."""

import json
import os
import random
import shlex
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.lift.errors import LiftError
from bench.lift.forms import split_thought
from bench.lift.prompts import Example
from bench.lift.questions import bfcl_files, bfcl_folder
from bench.lift.reading import NO_FIT, Named, decode, is_calls, written
from bench.lift.settings import Settings

#: How many functions of the exported ones a training example offers, beside those that it needs.
_OFFERED = (1, 1, 2, 2, 3)
_FUNCTIONS = "Functions:\n"


def make_data(settings: Settings, seed: int) -> None:
    """Make a seed's records and export them; what is there already is taken. Raises LiftError."""
    train = settings.data(seed, "train")
    if train.exists():
        return
    run = settings.run(seed)
    made = ["generate", "--samples", str(settings.records), "--seed", str(seed), "--out", str(run)]
    _toolgrad([*made, "--workers", str(settings.workers), *shlex.split(settings.generate)])
    against = [word for file in bfcl_files(bfcl_folder()) for word in ("--decontaminate", str(file))]
    out = train.parent / "calls.jsonl"
    given = ["-f", "python-calls", "--dialogues", "0", "--seed", str(seed), "--out", str(out), "--overwrite"]
    report = ["--report", str(train.parent / "report.json")]
    _toolgrad(["export", str(run), *given, *report, *against, *shlex.split(settings.export)])
    if not train.exists():
        raise LiftError(f"{train} was not written: --export has to hold --test-ratio, so that there is a test part")


def _toolgrad(arguments: Sequence[str]) -> None:
    print("$ toolgrad", shlex.join(arguments), flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "toolgrad_data", *arguments], stderr=subprocess.PIPE, text=True, check=False
    )
    if done.returncode:
        raise LiftError(f"toolgrad {arguments[0]} ended with {done.returncode}:\n{done.stderr.strip()[-2000:]}")


def read_examples(file: Path, seed: int) -> list[Example]:
    """Return the file's rows of one turn, each with one to three functions. Raises LiftError for another format."""
    examples = []
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            said = row.get("messages", [])
            one_turn = [message["role"] for message in said] == ["system", "user", "assistant"]
            # A question of the assistant in a dialogue is a right answer, but no call, and nothing to decline.
            if one_turn and (row["kind"] != "positive" or is_calls(split_thought(said[2]["content"])[1])):
                examples.append(_example(row, said, seed, file))
    if not examples:
        raise LiftError(f"{file}: holds no rows of one turn in the form of `toolgrad export --format python-calls`")
    return examples


def _example(row: dict[str, Any], said: list[dict[str, str]], seed: int, file: Path) -> Example:
    before, mark, listed = said[0]["content"].partition(_FUNCTIONS)
    if not mark:
        raise LiftError(f"{file}: {row['id']} lists no functions; export with --format python-calls")
    functions = json.loads(listed)
    kind, (thought, answer) = row["kind"], split_thought(said[2]["content"])
    needed = {name for call in decode(answer) for name in call} if kind == "positive" else set()
    rng = random.Random(f"{seed}:{row['id']}:{kind}")
    others = [one["name"] for one in functions if one["name"] not in needed]
    rng.shuffle(others)
    count = max(rng.choice(_OFFERED) - len(needed), 0 if needed else 1)
    # Which function lacks the parameter is not told; it must not be left out.
    kept = needed | set(others if kind == "lacking_parameter" else others[:count])
    return Example(
        id=f"{row['id']}-{kind}",
        kind=kind,
        query=said[1]["content"],
        functions=tuple(one for one in functions if one["name"] in kept),
        answer=answer if kind == "positive" else NO_FIT,
        context=before.partition("\n\n")[2].strip(),
        thought=thought if kind == "positive" else "",
    )


def shuffled_queries(examples: Sequence[Example], seed: int) -> list[Example]:
    """Return the examples with each other's queries, moved on by one random shift: functions and answers still fit."""
    shift = random.Random(seed).randrange(1, max(len(examples), 2))
    queries = [example.query for example in examples]
    return [replace(one, query=queries[(at + shift) % len(queries)]) for at, one in enumerate(examples)]


def shuffled_arguments(examples: Sequence[Example], seed: int) -> list[Example]:
    """Return the examples with the arguments of another call of the same function in the place of each call's own.

    What is called stays right, what it is called with is wrong. A function that is called once, or always alike, has no
    other arguments: its examples are left out. Refusals stay.
    """
    pools: defaultdict[str, list[str]] = defaultdict(list)
    for example in examples:
        for name, arguments in _calls(example):
            if (text := repr(arguments)) not in pools[name]:
                pools[name].append(text)
    shifts = {
        name: random.Random(f"{seed}:{name}").randrange(1, len(pool)) for name, pool in pools.items() if len(pool) > 1
    }
    made = []
    for example in examples:
        calls = list(_calls(example))
        if any(name not in shifts for name, _ in calls):
            continue
        moved: list[Named] = []
        for name, arguments in calls:
            pool = pools[name]
            moved.append(
                {name: decode(f"f(x={pool[(pool.index(repr(arguments)) + shifts[name]) % len(pool)]})")[0]["f"]["x"]}
            )
        made.append(replace(example, answer=written(moved)) if moved else example)
    return made


def _calls(example: Example) -> Iterator[tuple[str, dict[str, Any]]]:
    for call in decode(example.answer) if example.is_call else []:
        yield from call.items()


def order(examples: Sequence[Example], seed: int) -> list[Example]:
    """Return the examples in the order in which they are learned."""
    mixed = list(examples)
    random.Random(seed).shuffle(mixed)
    return mixed


def free_bytes(folder: Path) -> int:
    """Return how much the disk of a folder, or of what is above it, has left."""
    while not folder.exists():
        folder = folder.parent
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
