"""Negatives to be played: no tool that is offered can help, or the person left out a value that must be asked for.

They are those of the export (`export/negatives`), with its checks that they are negatives. `irrelevant` passes when
nothing is called. `missing_argument` passes when no call gives the missing value, and the message asks: it holds a
question mark or names the parameter. That last is a screen: a message may ask otherwise, or for something else.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from graph.context import Context
from tool_registry.drawing.value_words import split_words
from tool_registry.json.pointer import MISSING, resolve
from tool_registry.spec import ToolSpec
from toolgrad_data.evaluate.items import EPISODE_SECONDS, Item
from toolgrad_data.evaluate.trial import Failure
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.datasets.likeness import ToolIndex, families
from toolgrad_data.export.datasets.trials import trials_of
from toolgrad_data.export.negative_kinds import parse_mix
from toolgrad_data.export.negatives.stage import Negatives
from toolgrad_data.export.pipeline import examples_of
from toolgrad_data.export.report import ExportReport
from toolgrad_data.reviews.choice import Reviewed
from toolgrad_data.tasks.task import Task, TaskLimits, offered_spec
from toolgrad_data.tasks.trace import Trace

_MIX = "irrelevant:50,missing_argument:50"
_QUESTION = re.compile("[?？؟;՞]")


def negative_items(
    run: Path,
    tools: Mapping[str, ToolSpec],
    context: Context,
    *,
    share: float,
    offered: int,
    seed: int,
    reviewed: Reviewed | None = None,
) -> list[Item]:
    """Return the negatives of a run's records, so many that they are `share` of all items.

    It calls tools, in a loop of its own: call it where none runs.
    """
    index = ToolIndex(tools)
    with trials_of(context) as (trials, _):
        stage = Negatives(
            index,
            families(index),
            share,
            parse_mix(_MIX),
            seed,
            offered=offered,
            dialogues=0.0,
            trials=trials,
        )
        examples = stage.stage(examples_of([run], ExportReport(""), reviewed=reviewed), ExportReport(""))
        return list(_items(examples, tools))


def _items(examples: Iterator[Example], tools: Mapping[str, ToolSpec]) -> Iterator[Item]:
    for example in examples:
        if example.kind not in ("irrelevant", "missing_argument") or example.record is None:
            continue
        spoken = next(message.content for message in example.messages if message.role == "user")
        digest = hashlib.blake2b(f"{example.id}\0{spoken}".encode("utf-8", "surrogatepass"), digest_size=8)
        task = Task(
            id=f"negative-{digest.hexdigest()}",
            context=example.record.context,
            policy=example.record.policy.text if example.record.policy is not None else "",
            messages=[spoken],
            offered=[offered_spec(tools[tool.name]) for tool in example.tools],
            limits=TaskLimits(seconds=EPISODE_SECONDS),
        )
        if example.kind == "irrelevant":
            yield Item("irrelevant", task, example.record)
            continue
        tool, _, pointer = str(example.labels["missing"]).partition("/")
        yield Item("missing_argument", task, example.record, missing=(tool, f"/{pointer}"))


def failure_of_negative(item: Item, trace: Trace, error: str | None) -> Failure | None:
    """Return what was wrong in a trial of a negative; None where it passed."""
    if error is not None:
        return Failure(type="no_answer", words=error)
    calls, said = trace.calls(), (trace.turns[0].message or "") if trace.turns else ""
    if item.missing is None:
        if calls:
            return Failure(type="called_anyway", words=f"{calls[0].tool} was called; no tool here can help")
        return None if said else Failure(type="no_answer", words="the model said nothing")
    tool, pointer = item.missing
    for call in calls:
        if call.tool == tool and (value := resolve(call.arguments, pointer)) is not MISSING and value is not None:
            return Failure(type="invented_value", words=f"{tool} {pointer} = {value!r}, which nobody said")
    if not asks(said, pointer):
        words = f"it does not ask for {pointer} of {tool}" if said else "the model said nothing"
        return Failure(type="did_not_ask" if said else "no_answer", words=words)
    return None


def asks(words: str, pointer: str) -> bool:
    """Say whether the words ask for what stands at the pointer, as far as a rule can tell."""
    if _QUESTION.search(words):
        return True
    folded = words.casefold()
    return any(name.casefold() in folded for name in split_words(pointer.rpartition("/")[2]) if len(name) > 2)
