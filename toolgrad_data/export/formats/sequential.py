"""One call a message, for models whose chat template takes no more (Llama 3.1 and 3.2, gpt-oss)."""

from collections.abc import Iterator
from dataclasses import replace

from toolgrad_data.export.conversation import Example, Message
from toolgrad_data.export.report import ExportReport


def one_call_a_message(examples: Iterator[Example], _: ExportReport) -> Iterator[Example]:
    """Yield the examples with parallel calls one after another, each with its result: a stage of the pipeline."""
    return map(sequential, examples)


def sequential(example: Example) -> Example:
    """Return the example with each call in a message of its own, followed by its result, in the same order."""
    results = {message.call_id: message for message in example.messages if message.role == "tool"}
    messages: list[Message] = []
    for message in example.messages:
        if message.role == "tool":
            continue
        if not message.calls:
            messages.append(message)
        for number, call in enumerate(message.calls):
            messages.append(replace(message, content=message.content if not number else "", calls=(call,)))
            if call.id in results:
                messages.append(results[call.id])
    return replace(example, messages=tuple(messages), labels={**example.labels, "sequential": True})
