import json

import pytest
from rich.console import Console

from tests.unit.toolgrad_data.runs.helpers import SPEC
from toolgrad_data.cli.consoles import emit
from toolgrad_data.cli.tools_view import in_category, tools_as_json, tools_view
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.tool_loading import LoadedTools, group_problems

PLAIN = SPEC.model_copy(update={"name": "plain", "source": "python", "category": "mine"})
LOADED = LoadedTools(
    runs={"double": SPEC}, refused={"plain": (PLAIN, "plain does not say")}, problems=["x.py: no hints"]
)


def test_what_runs_what_does_not_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    emit(Console(width=100), tools_view(LOADED))
    assert capsys.readouterr().out == (
        "arithmetic  1\n  double  Double a number\n\n"
        "Do not run  1\n  plain  does not say\n\n"
        "Could not be loaded  1\n  x.py: no hints\n\n"
        "1 tools in 1 category run, 1 do not.\n"
    )


def test_json_has_the_whole_spec_and_the_ruling() -> None:
    data = json.loads(tools_as_json(LOADED))
    rows = {row["name"]: row for row in data["tools"]}
    assert rows["double"]["parameters"] == SPEC.parameters
    assert (rows["double"]["runs"], rows["double"]["read_only"]) == (True, True)
    assert (rows["plain"]["runs"], rows["plain"]["reason"]) == (False, "plain does not say")
    assert data["problems"] == ["x.py: no hints"]


def test_a_category() -> None:
    assert list(in_category(LOADED, "mine").refused) == ["plain"]
    with pytest.raises(UsageError, match="There are: arithmetic, mine"):
        in_category(LOADED, "moon")


def test_a_reason_is_told_once_and_not_once_an_operation() -> None:
    problems = [f"openapi:x.json: GET /{name} is skipped: its server is not told: set `server`" for name in "abcde"]
    problems += ["openapi:x.json: GET /z is skipped: no name", "mcp:y: gone", "mcp:y: gone"]
    assert group_problems(problems, 2) == [
        "openapi:x.json: GET /a is skipped: its server is not told: set `server` (as are GET /b, GET /c and 2 more)",
        "openapi:x.json: GET /z is skipped: no name",
        "mcp:y: gone",
    ]
    assert "GET /e" in group_problems(problems)[0]
