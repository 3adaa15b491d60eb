from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.unit.toolgrad_data.runs.helpers import TOOLS, record, settings
from toolgrad_data.cli.schema import SchemaName
from toolgrad_data.file_schemas import FOLDER, MODELS, file_schema, schema_text
from toolgrad_data.reviews.review import Review
from toolgrad_data.runs.crash import crash_of
from toolgrad_data.runs.run_info import new_run_info
from toolgrad_data.runs.summary import Session, Tally


def test_the_command_prints_each() -> None:
    assert [name.value for name in SchemaName] == list(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_the_committed_schema_is_the_models(name: str) -> None:
    path = FOLDER / f"{name}.schema.json"
    assert path.read_text() == schema_text(name), "run: python -m toolgrad_data.file_schemas"
    Draft202012Validator.check_schema(file_schema(name))


def test_there_is_no_other_schema() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.schema.json" for name in MODELS}


def test_what_a_run_writes_is_valid_and_an_unknown_member_is_not(tmp_path: Path) -> None:
    tally = Tally()
    tally.add(record())
    written = {
        "records": record(),
        "rejected": record(reasons=["x"]),
        "crashes": crash_of(KeyError("x"), "s0-000001", "rejected", []),
        "run": new_run_info(settings(tmp_path), TOOLS),
        "summary": tally.summary(0, 1, 0, Session()),
        "reviews": Review(record="s0-000001", digest="d", reviewer="Ada", decision="accept"),
    }
    assert written.keys() == MODELS.keys()
    for name, value in written.items():
        validator = Draft202012Validator(file_schema(name))
        data = value.model_dump(mode="json")
        assert list(validator.iter_errors(data)) == [], name
        assert not validator.is_valid({**data, "extra": 1}), name
