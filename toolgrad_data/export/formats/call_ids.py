"""Ids of calls: counted through a conversation, in the form that a model's chat template takes."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from toolgrad_data.export.conversation import Example, Message, call_id

#: `plain`: nine letters and digits, which Mistral's tokenizers insist on and all others take. `functions`: the tool's
#: name and a number, `functions.NAME:0`, as Kimi's models write them and read a call's tool from.
IdForm = Literal["plain", "functions"]


def with_ids(example: Example, form: IdForm = "plain") -> Example:
    """Return the example with its calls numbered anew in their order, and each result naming its call as before.

    A rejected answer takes the place of the chosen one, so its calls count on from the prompt's.
    """
    messages = _number_calls(example.messages, form, 0)
    preference = example.preference
    if preference is not None:
        before = sum(len(message.calls) for message in example.messages[: preference.prompt])
        rejected = _number_calls(preference.rejected, form, before)
        preference = replace(preference, rejected=rejected)
    return replace(example, messages=messages, preference=preference)


def _number_calls(messages: Iterable[Message], form: IdForm, number: int) -> tuple[Message, ...]:
    given: dict[str, str] = {}
    made = []
    for message in messages:
        calls = []
        for call in message.calls:
            given[call.id] = f"functions.{call.tool}:{number}" if form == "functions" else call_id(number)
            calls.append(replace(call, id=given[call.id]))
            number += 1
        made.append(replace(message, calls=tuple(calls), call_id=given.get(message.call_id, message.call_id)))
    return tuple(made)
