"""TRL's prompt-completion format with tools: for conversations of which only the end is to be learned.

The prompt holds everything up to the last message that is not to be trained on and its results, such as a failed call
and its error; the trainer learns the rest. A completion has no words of the user, which would be learned as well: each
turn of a dialogue is a row, its prompt all that came before.
Source: https://huggingface.co/docs/trl/dataset_formats (prompt-completion).
"""

from toolgrad_data.export.conversation import Example, Message, UnfitError
from toolgrad_data.export.format import NamedCall, Row
from toolgrad_data.export.formats.trl import TrlFormat, calls_of
from toolgrad_data.export.formats.turns import prefixes


class TrlCompletion(TrlFormat):
    """`{id, kind, prompt, completion, tools}`; the trainer reads the last three."""

    name = "trl-completion"
    about = "TRL's SFTTrainer, prompt and completion: holds what only partly is to be learned"
    ends_with_turn = True

    def rows(self, example: Example, number: int) -> list[Row]:  # noqa: ARG002 - rows are not numbered
        """Return a row a turn. Raises UnfitError when nothing is left to learn."""
        rows = []
        for turn in prefixes(example):
            learned = first_learned(turn.messages)
            if learned is not None:
                rows.append(self._row(turn, learned))
        if not rows:
            raise UnfitError("ends with a message that is not to be trained on")
        return rows

    def _row(self, example: Example, learned: int) -> Row:
        return {
            "id": example.id,
            "kind": example.kind,
            "prompt": self.messages(example.messages[:learned]),
            "completion": self.messages(example.messages[learned:]),
            "tools": self.tools(example),
        }

    def calls(self, row: Row) -> list[list[NamedCall]]:
        """Return the calls of prompt and completion."""
        return calls_of([*row["prompt"], *row["completion"]])


def first_learned(messages: tuple[Message, ...]) -> int | None:
    """Return where the first assistant's message stands after the last query and all that is not to be learned.

    None for nowhere.
    """
    given = [position for position, message in enumerate(messages) if message.role == "user" or not message.train]
    start = given[-1] + 1 if given else 0
    return next((place for place in range(start, len(messages)) if messages[place].role == "assistant"), None)
