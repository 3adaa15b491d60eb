"""TRL's prompt-completion format with tools: for conversations of which only the end is to be learned.

The prompt holds everything up to the last message that is not to be trained on and its results, such as a failed call
and its error; the trainer learns the rest. Source: https://huggingface.co/docs/trl/dataset_formats (prompt-completion).
"""

from toolgrad_data.export.conversation import Example, Message, UnfitError
from toolgrad_data.export.format import NamedCall, Row
from toolgrad_data.export.formats.trl import TrlFormat, calls_of


class TrlCompletion(TrlFormat):
    """`{id, kind, prompt, completion, tools}`; the trainer reads the last three."""

    name = "trl-completion"
    about = "TRL's SFTTrainer, prompt and completion: holds what only partly is to be learned"

    def rows(self, example: Example, number: int) -> list[Row]:  # noqa: ARG002 - rows are not numbered
        """Return one row. Raises UnfitError when nothing is left to learn."""
        learned = first_learned(example.messages)
        if learned is None:
            raise UnfitError("ends with a message that is not to be trained on")
        return [
            {
                "id": example.id,
                "kind": example.kind,
                "prompt": self.messages(example.messages[:learned]),
                "completion": self.messages(example.messages[learned:]),
                "tools": self.tools(example),
            }
        ]

    def calls(self, row: Row) -> list[list[NamedCall]]:
        """Return the calls of prompt and completion."""
        return calls_of([*row["prompt"], *row["completion"]])


def first_learned(messages: tuple[Message, ...]) -> int | None:
    """Return where the first assistant's message stands after all that are not to be learned; None for nowhere."""
    unlearned = [position for position, message in enumerate(messages) if not message.train]
    start = unlearned[-1] + 1 if unlearned else 0
    return next((place for place in range(start, len(messages)) if messages[place].role == "assistant"), None)
