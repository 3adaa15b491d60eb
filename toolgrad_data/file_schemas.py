"""JSON Schemas of a run's files: generated from the models, committed beside this module.

After a change of a model: `python -m toolgrad_data.file_schemas` writes them anew; a test compares them.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from graph.record import Record, RejectedRecord
from toolgrad_data.reviews.review import Review
from toolgrad_data.runs.crash import Crash
from toolgrad_data.runs.run_info import RunInfo
from toolgrad_data.runs.summary import Summary

FOLDER = Path(__file__).parent / "schemas"
MODELS: dict[str, type[BaseModel]] = {
    "records": Record,
    "rejected": RejectedRecord,
    "crashes": Crash,
    "run": RunInfo,
    "summary": Summary,
    "reviews": Review,
}


def file_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a file, or of one line where the file is JSON Lines."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **MODELS[name].model_json_schema()}


def schema_text(name: str) -> str:
    """Return the schema as it is committed."""
    return json.dumps(file_schema(name), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def write_schemas() -> None:
    """Write all schemas into the package."""
    FOLDER.mkdir(exist_ok=True)
    for name in MODELS:
        (FOLDER / f"{name}.schema.json").write_text(schema_text(name), encoding="utf-8")


if __name__ == "__main__":
    write_schemas()
