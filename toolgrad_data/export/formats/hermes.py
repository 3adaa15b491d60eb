"""The data sets of the Hermes models: ShareGPT turns with the tools also in a column of their own.

Columns as in NousResearch/hermes-function-calling-v1: `id`, `conversations`, `tools` (JSON text), `category`.
"""

from toolgrad_data.export.conversation import Example, must_train, to_json
from toolgrad_data.export.format import Row, function_tool
from toolgrad_data.export.formats.sharegpt import ShareGpt, turns_of


class Hermes(ShareGpt):
    """`{id, kind, category, conversations, tools}`; `category` is that of the tool that is called first."""

    name = "hermes"
    about = "Hermes function calling: ShareGPT turns and a tools column"

    def rows(self, example: Example, number: int) -> list[Row]:  # noqa: ARG002 - rows are not numbered
        """Return one row."""
        must_train(example)
        return [
            {
                "id": example.id,
                "kind": example.kind,
                "category": _category(example),
                "conversations": turns_of(example),
                "tools": to_json([function_tool(tool) for tool in example.tools]),
            }
        ]


def _category(example: Example) -> str:
    first = next((call.tool for call in example.calls()), None)
    return next((tool.category for tool in example.tools if first in (tool.name, None)), "")
