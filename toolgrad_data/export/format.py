"""What a format is: how an example becomes rows, and how a row's calls are read back."""

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar

from toolgrad_data.errors import UsageError
from toolgrad_data.export.conversation import Call, Example, Tool
from toolgrad_data.export.formats.row_form import USUAL, RowForm
from toolgrad_data.export.name_styles import STYLES, NameStyle
from toolgrad_data.export.sinks import JsonlSink, Sink

Row = dict[str, Any]
#: A tool's name and the arguments it is called with.
NamedCall = tuple[str, dict[str, Any]]


class Format(ABC):
    """A file format. `rows` writes, `calls` reads what was written; both keep nothing between rows.

    A format of an installed package (docs/extending.md) is a subclass too; `name` is that of its entry point.
    """

    name: ClassVar[str]
    #: For whom, in a few words.
    about: ClassVar[str]
    #: Whether a row holds calls that are made at once only.
    one_turn: ClassVar[bool] = False
    #: Whether a row has a place for what was said and done before its query.
    holds_history: ClassVar[bool] = True
    #: Whether a row ends with one turn's answer, which is what is learned of it.
    ends_with_turn: ClassVar[bool] = False
    #: Whether it takes the calls of stateful classes turn by turn (`Example.episode`).
    of_episodes: ClassVar[bool] = False
    #: Whether calls have ids in it, and results name them.
    has_ids: ClassVar[bool] = False
    #: Whether a row holds a right and a wrong answer (`Example.preference`): then there is an example a mistake.
    of_pairs: ClassVar[bool] = False
    #: Whether it has a place of its own for why calls are made (`Message.thought`).
    has_reasoning: ClassVar[bool] = False
    #: Whether it writes a folder.
    writes_folder: ClassVar[bool] = False
    #: In which styles tools may be named; none where the format names them itself.
    name_styles: ClassVar[tuple[NameStyle, ...]] = STYLES
    #: How the names of its files end.
    suffix: ClassVar[str] = ".jsonl"

    @abstractmethod
    def rows(self, example: Example, number: int) -> list[Row]:
        """Return the example's rows; `number` counts the examples before it in the file.

        Raises UnfitError, with the reason, for what the format cannot hold.
        """

    @abstractmethod
    def calls(self, row: Row) -> list[list[NamedCall]]:
        """Return the calls of a row, those made at once together. Raises ValueError for a row of something else."""

    @property
    def by_turn(self) -> bool:
        """Whether a dialogue becomes a row a turn: the turn, and before it what was said where that has a place."""
        return self.ends_with_turn or self.one_turn or not self.holds_history

    def in_form(self, form: RowForm) -> "Format":
        """Return the format with its rows in another form. Raises UsageError where the format has one form only."""
        if form != USUAL:
            raise UsageError(
                f"{form.options}: {self.name} has one form, which its readers take.\n"
                "Leave it out; it is for trl, trl-completion and trl-preference"
            )
        return self

    def sink(self, path: Path) -> Sink:
        """Return the file to write rows to."""
        return JsonlSink(path)

    def owns_folder(self, path: Path) -> bool:  # noqa: ARG002 - for formats that write one
        """Say whether the folder holds nothing but what the format writes, so that it may be replaced."""
        return False


def named_calls(calls: tuple[Call, ...]) -> list[NamedCall]:
    """Return the calls as reading a row gives them."""
    return [(call.tool, call.arguments) for call in calls]


def function(tool: Tool) -> dict[str, Any]:
    """Return the tool as `{name, description, parameters}`."""
    return {"name": tool.name, "description": tool.description, "parameters": tool.parameters}


def tools_or_null(example: Example) -> list[dict[str, Any]] | None:
    """Return the tools, or null for none: on an empty list Llama's templates ask for calls all the same."""
    return [function_tool(tool) for tool in example.tools] or None


def function_tool(tool: Tool) -> dict[str, Any]:
    """Return the tool as OpenAI's API and most chat templates take it."""
    return {"type": "function", "function": function(tool)}
