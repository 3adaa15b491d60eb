"""TRL's conversational preference format with an explicit prompt, as `DPOTrainer` takes it.

Source: https://huggingface.co/docs/trl/dataset_formats (preference, explicit prompt; tools beside it).
"""

from toolgrad_data.export.conversation import Example, UnfitError
from toolgrad_data.export.format import NamedCall, Row
from toolgrad_data.export.formats.trl import TrlFormat, calls_of


class TrlPreference(TrlFormat):
    """`{id, kind, prompt, chosen, rejected, tools}`; the trainer reads the last four."""

    name = "trl-preference"
    about = "TRL's DPOTrainer: prompt, chosen, rejected + tools"
    of_pairs = True

    def rows(self, example: Example, number: int) -> list[Row]:  # noqa: ARG002 - rows are not numbered
        """Return one row."""
        preference = example.preference
        if preference is None:
            raise UnfitError("has no wrong answer to prefer the right one to")
        return [
            {
                "id": example.id,
                "kind": example.kind,
                "prompt": self.messages(example.messages[: preference.prompt]),
                "chosen": self.messages(example.messages[preference.prompt :]),
                "rejected": self.messages(preference.rejected),
                "tools": self.tools(example),
            }
        ]

    def calls(self, row: Row) -> list[list[NamedCall]]:
        """Return the calls of the prompt and the chosen answer."""
        return calls_of([*row["prompt"], *row["chosen"]])
