"""What an audit says of rows for tools with everyday names: nothing of sensible ones, and each fault of others."""

from pathlib import Path

import pytest

from tests.fixtures.audit import SPECS, Json, as_messages, rows
from tests.unit.toolgrad_data.verify.foreign.test_foreign import audited

SENSIBLE, UNREASONABLE = rows("sensible"), rows("unreasonable")


def test_there_are_forty_tools_and_thirty_faults() -> None:
    assert len(SPECS) >= 40
    assert {tool for row in SENSIBLE for tool, _, _ in row["calls"]} == set(SPECS)
    assert len(UNREASONABLE) >= 30


@pytest.mark.parametrize("row", SENSIBLE, ids=lambda row: row["query"][:40])
def test_a_sensible_row_has_no_finding(tmp_path: Path, row: Json) -> None:
    report = audited(tmp_path, "openai", as_messages(row))
    assert [f"{one.promise} {one.code}: {one.message}" for one in report.findings] == []


@pytest.mark.parametrize("row", UNREASONABLE, ids=lambda row: row["query"][:40])
def test_an_unreasonable_row_is_found(tmp_path: Path, row: Json) -> None:
    report = audited(tmp_path, "openai", as_messages(row))
    assert row["finds"] in {one.code for one in report.findings}


@pytest.mark.parametrize("row", rows("unseen"), ids=lambda row: row["wrong"])
def test_what_unmarked_words_do_not_show_is_not_found(tmp_path: Path, row: Json) -> None:
    assert audited(tmp_path, "openai", as_messages(row)).findings == []
