"""To LangSmith, as a data set to evaluate on: what is asked and offered is the input, the answer is expected."""

import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from toolgrad_data.errors import CliError, UsageError
from toolgrad_data.export.conversation import Example
from toolgrad_data.export.format import function_tool
from toolgrad_data.export.formats.trl import trl_message

_BATCH = 50
KEYS = ("LANGSMITH_API_KEY", "LANGCHAIN_API_KEY")


def push_examples(
    examples: Iterable[Example], name: str, description: str, advance: Callable[[int], None] = lambda _: None
) -> int:
    """Make the data set `name` of the examples and return how many it has.

    Where and as whom is the environment's: `LANGSMITH_ENDPOINT`, `LANGSMITH_API_KEY`. An example's id comes from the
    data set's name and its own. Raises UsageError (no key, there is such a data set), CliError (LangSmith refuses).
    """
    if not any(os.environ.get(key) for key in KEYS):
        raise UsageError("--to langsmith: there is no key.\nSet LANGSMITH_API_KEY in the environment")
    from langsmith import Client
    from langsmith.utils import LangSmithError

    client = Client()
    pushed = 0
    try:
        if client.has_dataset(dataset_name=name):
            raise UsageError(
                f"--name {name}: LangSmith has a data set of that name.\nGive another name, or delete that one there"
            )
        dataset = client.create_dataset(name, description=description)
        for batch in _batches(examples):
            client.create_examples(dataset_id=dataset.id, examples=[entry(example, name) for example in batch])
            pushed += len(batch)
            advance(pushed)
    except (LangSmithError, OSError) as error:
        first = str(error).strip().partition("\n")[0]
        done = f"; {pushed} examples are there. Delete the data set there and push again" if pushed else ""
        raise CliError(f"{name}: LangSmith refused it: {first}{done}") from error
    return pushed


def entry(example: Example, name: str) -> dict[str, Any]:
    """Return an example as LangSmith takes it: up to the last query it is the input, the rest is expected."""
    at = max((n for n, message in enumerate(example.messages, start=1) if message.role == "user"), default=0)
    made: dict[str, Any] = {
        "id": uuid.uuid5(uuid.NAMESPACE_URL, f"toolgrad:{name}:{example.id}"),
        "inputs": {
            "messages": [trl_message(message) for message in example.messages[:at]],
            "tools": [function_tool(tool) for tool in example.tools],
        },
        "reference_outputs": {"messages": [trl_message(message) for message in example.messages[at:]]},
        "metadata": {**example.labels, "id": example.id, "kind": example.kind},
    }
    if example.split is not None:
        made["split"] = example.split
    return made


def _batches(examples: Iterable[Example]) -> Iterator[list[Example]]:
    rest = iter(examples)
    while batch := list(islice(rest, _BATCH)):
        yield batch
