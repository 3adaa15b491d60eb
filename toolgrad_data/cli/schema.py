"""Print the JSON Schema of a file of a run (of one line, for the .jsonl files).

[bold]Example[/]

  toolgrad schema records > records.schema.json
"""

from enum import StrEnum
from typing import Annotated

import typer

from toolgrad_data.cli.options import Debug


class SchemaName(StrEnum):
    """The files of a run that have a schema."""

    records = "records"
    rejected = "rejected"
    crashes = "crashes"
    run = "run"
    summary = "summary"
    reviews = "reviews"


def schema(
    name: Annotated[SchemaName, typer.Argument(help="Which file of a run.")],
    debug: Debug = False,  # noqa: ARG001 - read by main()
) -> None:
    """Print the schema of the file."""
    from toolgrad_data.cli.consoles import print_json
    from toolgrad_data.file_schemas import schema_text

    print_json(schema_text(name.value).rstrip("\n"))
