"""The data sets of the Hermes models: ShareGPT turns with the tools also in a column of their own.

Columns as in NousResearch/hermes-function-calling-v1: `id`, `conversations`, `tools` (JSON text), `category`.
"""

from toolgrad_data.export.conversation import Example, must_train, to_json
from toolgrad_data.export.format import Row, function_tool
from toolgrad_data.export.sharegpt import ShareGpt, turns_of


class Hermes(ShareGpt):
    """`{id, kind, category, conversations, tools}`; `category` is that of the first tool."""

    name = "hermes"
    about = "Hermes function calling: ShareGPT turns and a tools column"

    def rows(self, example: Example, number: int) -> list[Row]:  # noqa: ARG002 - rows are not numbered
        """Return one row."""
        must_train(example)
        return [
            {
                "id": example.id,
                "kind": example.kind,
                "category": example.tools[0].category if example.tools else "",
                "conversations": turns_of(example),
                "tools": to_json([function_tool(tool) for tool in example.tools]),
            }
        ]
