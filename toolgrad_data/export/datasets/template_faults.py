"""What chat templates do to calls without a word: lose them, quote their arguments, write ids for names.

A model would learn what comes out. Each fault is found by rendering an example in two forms, and names the option of
`toolgrad export` that helps; docs/datasets.md has the templates that were tried.
"""

from collections.abc import Callable
from dataclasses import replace

from toolgrad_data.export.conversation import Call, Example, to_json


class TemplateFaults:
    """Finds the faults of the template behind `render`, which raises for what the template refuses."""

    def __init__(self, render: Callable[[Example], str], *, arguments_as_text: bool) -> None:
        self._render = render
        self._as_text = arguments_as_text
        #: What was found to come out the same; a template does not change between examples.
        self._same: dict[str, bool] = {}

    def of(self, example: Example, text: str) -> str | None:
        """Say what is wrong with `text`, which the template rendered of the example, in words that examples share."""
        calls = list(example.calls())
        if not calls:
            return None
        if fault := self._arguments(calls, text):
            return fault
        if self._is_same("none", text, without_calls(example)):
            return "the chat template does not tell of its calls; give one that does: --chat-template"
        if len(calls) > len(example.waves()) and self._is_same("first", text, without_calls(example, but=1)):
            return "the chat template tells one call of a message; take --sequential"
        unnamed = [call for call in calls if _id_with_name(call) not in call.id]
        if any(_id_with_name(call) in text for call in unnamed) or (
            unnamed and self._is_same("names", text, with_other_names(example))
        ):
            return "the chat template tells the names of tools by ids; take --ids functions"
        return None

    def _arguments(self, calls: list[Call], text: str) -> str | None:
        for call in calls:
            written = to_json(call.arguments)
            if self._as_text and to_json(written) in text:
                return "the chat template quotes arguments that are text; take --arguments object"
            if not self._as_text and written not in text and written != repr(call.arguments) in text:
                return "the chat template writes arguments as Python does; take --arguments text"
        return None

    def _is_same(self, what: str, text: str, less: Example) -> bool:
        if what not in self._same:
            try:
                self._same[what] = self._render(less) == text
            except Exception:  # it misses what is not there, so it reads it
                self._same[what] = False
        return self._same[what]


def refusal(error: Exception) -> str:
    """Say why a template refuses an example, and what helps where the error tells it."""
    words = str(error)
    hint = ""
    if isinstance(error, TypeError) and '"dict") to str' in words:
        hint = "; take --arguments text"
    elif isinstance(error, TypeError) and "from a mapping" in words:
        hint = "; take --arguments object"
    return f"the chat template refuses it: {words}{hint}"


def without_calls(example: Example, but: int = 0) -> Example:
    """Return the example with the first `but` calls of each message only."""
    return replace(example, messages=tuple(replace(message, calls=message.calls[:but]) for message in example.messages))


def with_other_names(example: Example) -> Example:
    """Return the example with other names in its calls, and nowhere else."""

    def renamed(call: Call) -> Call:
        return replace(call, tool=f"{call.tool}_")

    messages = (replace(message, calls=tuple(map(renamed, message.calls))) for message in example.messages)
    return replace(example, messages=tuple(messages))


def _id_with_name(call: Call) -> str:
    return f"functions.{call.tool}:"
