"""Dialogues written offline: how many are accepted and replay, how turns hang together, how alike the words are.

`python -m bench.dialogues` makes 300 dialogues of 2 to 6 turns with the built-in tools and 100 of the stateful ticket
desk under its rules in a temporary folder, verifies both, and prints the figures; `python -m bench.dialogues RUN …`
prints those of runs that are there.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from graph.record import Record, RefusedCall, Step, Turn
from graph.sources import StepSource, UserSource
from tool_registry.json.pointer import MISSING, resolve, scalars

_RUNS = {
    "built-in": ("--samples", "300", "--turns", "2-6:100", "--seed", "1"),
    # With fewer calls so few tools have too little to say: the same calls come again.
    "ticket desk": (
        *("--samples", "100", "--turns", "2-6:100", "--calls", "2-8:100"),
        *("--seed", "1", "--rules", "ticket-desk"),
    ),
}
_DESK = """\
[[tools]]
kind = "python"
target = "tool_registry.builtin.ticket_desk:TicketDesk"
stateful = true
allow_writes = true
"""
_SENTENCE_ENDS = re.compile(r"(?<=[.?!])\s+")
_SHORTEST_TEXT, _SMALLEST_NUMBER = 3, 10
#: The commonest skeletons that are printed.
_SHOWN = 5


def carries_over(turn: Turn, number: int, earlier: set[str]) -> bool:
    """Say whether a call takes a value or result of an earlier turn that the query does not say again."""
    for step in turn.steps:
        for pointer, source in step.sources.items():
            if isinstance(source, UserSource) and source.turn < number:
                return True
            if isinstance(source, StepSource) and source.step in earlier:
                value = resolve(step.arguments, pointer)
                if value is not MISSING and str(value).casefold() not in turn.query.casefold():
                    return True
    return False


def goes_on(turns: list[Turn], number: int) -> bool:
    """Say whether a turn has to do with an earlier one: by its kind, a call, or a value."""
    turn = turns[number]
    if turn.kind in ("clarification", "correction", "chat"):
        return True
    earlier = {step.id for before in turns[:number] for step in before.steps}
    if any((step.uses() | set(step.after)) & earlier for step in turn.steps) or carries_over(turn, number, earlier):
        return True
    known = set(
        _telling(value for before in turns[:number] for step in before.steps for value in _values(step.arguments))
    )
    known |= set(
        _telling(value for before in turns[:number] for step in before.steps for value in _values(step.result))
    )
    mine = [value for step in turn.steps for value in _values(step.arguments)]
    if turn.awaits and number + 1 < len(turns):
        if any((step.uses() | set(step.after)) & earlier for step in turns[number + 1].steps):
            return True
        mine += [value for step in turns[number + 1].steps for value in _values(step.arguments)]
    if turn.refuses is not None:
        mine += _values(turn.refuses.arguments)
    return not known.isdisjoint(_telling(mine))


def _values(document: object) -> list[object]:
    return [value for _, value in scalars(document)]


def _telling(values: Iterable[object]) -> Iterator[object]:
    for value in values:
        is_text = isinstance(value, str) and len(value) >= _SHORTEST_TEXT
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_text or (is_number and (abs(value) >= _SMALLEST_NUMBER or not float(value).is_integer())):  # type: ignore[arg-type]
            yield value


def skeletons(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Yield each sentence with the marked spans blanked."""
    for start, end in sorted(set(spans), reverse=True):
        text = f"{text[:start]}_{text[end:]}"
    for sentence in _SENTENCE_ENDS.split(text):
        yield re.sub(r"\d+", "#", re.sub(r"_(?:\W+_)*", "_", sentence)).strip().casefold()


def _said_in(turns: list[Turn], number: int) -> Iterator[tuple[int, int]]:
    calls: list[Step | RefusedCall] = [step for turn in turns for step in turn.steps]
    calls += [turn.refuses for turn in turns if turn.refuses is not None]
    for call in calls:
        for source in call.sources.values():
            yield from ((said.start, said.end) for said in source.quotes() if said.turn == number)


def print_figures(run: Path) -> None:
    """Print a run's figures."""
    records = [Record.model_validate_json(line) for line in (run / "records.jsonl").read_text().splitlines()]
    rejected = len((run / "rejected.jsonl").read_text().splitlines()) if (run / "rejected.jsonl").exists() else 0
    kinds: Counter[str] = Counter()
    words: list[int] = []
    carried = unlinked = later = fewer = 0
    asked: Counter[str] = Counter()
    told: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for record in records:
        turns = record.turns
        fewer += len(turns) < (record.meta.target_turns or 1)
        earlier: set[str] = set()
        for number, turn in enumerate(turns):
            kinds[turn.kind] += 1
            if turn.kind != "chat":
                words.append(len(turn.query.split()))
            if number:
                later += 1
                unlinked += not goes_on(turns, number)
            if turn.kind == "follow_up":
                with_next = turn.awaits and number + 1 < len(turns) and carries_over(turns[number + 1], number, earlier)
                carried += carries_over(turn, number, earlier) or bool(with_next)
            if turn.refuses is not None:
                refused["under a rule" if turn.refuses.rule is not None else "without a tool"] += 1
            asked.update(skeletons(turn.query, _said_in(turns, number)))
            told.update(
                skeletons(turn.response, ((tell.start, tell.end) for tell in turn.tells or () if tell.did is None))
            )
            earlier |= {step.id for step in turn.steps}
    total = sum(kinds.values())
    made = len(records) + rejected
    print(f"accepted                {len(records)} of {made} ({_share(len(records), made)})")
    print(f"turns                   {total}; fewer than wanted in {fewer} dialogues")
    print(
        f"kinds                   {', '.join(f'{kind} {_share(count, total)}' for kind, count in kinds.most_common())}"
    )
    print(f"refusals                {', '.join(f'{count} {why}' for why, count in refused.most_common()) or 'none'}")
    print(f"follow-ups that go on   {_share(carried, kinds['follow_up'])} without repeating what they take")
    print(f"later turns unlinked    {_share(unlinked, later)}")
    print(f"words a message         {sum(words) / max(len(words), 1):.1f} on average, {max(words, default=0)} at most")
    for name, counted in (("queries", asked), ("responses", told)):
        print(f"sentences of {name:11}{sum(counted.values())}; the commonest skeletons:")
        for skeleton, count in counted.most_common(_SHOWN):
            print(f"  {_share(count, sum(counted.values())):>7}  {skeleton}")


def _share(count: int, total: int) -> str:
    return f"{count / max(total, 1):.1%}".replace("%", " %")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="*", type=Path, metavar="RUN")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for run in arguments.runs or (_made(name, Path(folder)) for name in _RUNS):
            print(f"\n{run.name}\n")
            print_figures(run)
            command = [sys.executable, "-m", "toolgrad_data", "verify", str(run)]
            verified = subprocess.run(command, capture_output=True, text=True)
            print(f"toolgrad verify         {'clean' if verified.returncode == 0 else verified.stdout[-2000:]}")


def _made(name: str, folder: Path) -> Path:
    run, config = folder / name, folder / "desk.toml"
    config.write_text(_DESK)
    tools = ("--config", str(config)) if name == "ticket desk" else ()
    command = [sys.executable, "-m", "toolgrad_data", "generate", *_RUNS[name], *tools, "--out", str(run)]
    subprocess.run(command, check=True, capture_output=True)
    return run


if __name__ == "__main__":
    main()
