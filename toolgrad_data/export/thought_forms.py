"""Thoughts before calls, in the form in which a data set has them."""

from collections.abc import Iterator
from dataclasses import replace

from toolgrad_data.errors import UsageError
from toolgrad_data.export.conversation import Example, Message
from toolgrad_data.export.data_options import ThoughtForm
from toolgrad_data.export.format import Format
from toolgrad_data.export.report import ExportReport

_OPENING, _CLOSING = "<think>\n", "\n</think>"


class ThoughtForms:
    """Gives each message its thought as `form` wants it. Comes behind what names tools anew."""

    def __init__(self, form: ThoughtForm) -> None:
        self._form = form

    def stage(self, examples: Iterator[Example], report: ExportReport) -> Iterator[Example]:
        """Yield the examples; how many have thoughts is a note of the report where any are wanted."""
        count = 0
        for example in examples:
            count += any(message.thought for message in example.messages)
            yield replace(example, messages=tuple(map(self._message, example.messages)))
        if self._form != "drop":
            report.notes["with_thoughts"] = count

    def _message(self, message: Message) -> Message:
        if not message.thought or self._form == "reasoning":
            return message
        if self._form == "drop":
            return replace(message, thought="")
        words = f"{_OPENING}{message.thought}{_CLOSING}"
        return replace(message, thought="", content="\n".join(filter(None, [words, message.content])))


def check_form(form: ThoughtForm, format: Format | None) -> None:
    """Raise UsageError where the format has no place for thoughts in that form."""
    if form == "reasoning" and format is not None and not format.has_reasoning:
        raise UsageError(
            f"--thoughts reasoning: {format.name} has no place of its own for it.\n"
            "Use --thoughts think, or one of trl, trl-completion, trl-preference, toolllama"
        )


def without_thought(text: str) -> str:
    """Return an answer's text behind its thought."""
    return text.partition(_CLOSING)[2].lstrip("\n") if text.startswith(_OPENING) else text
