"""Tools that are loaded once more, as those of a run are for its tasks and its evaluation."""

from pathlib import Path

import pytest

from graph.context import Context
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.tool_loading import load_tools_again


async def test_tools_of_a_run_that_are_gone_are_told_as_those_it_was_made_with(tmp_path: Path) -> None:
    gone = Context(tools=[f"python:{tmp_path / 'shop.py'}:stock"])
    with pytest.raises(UsageError, match=r"cannot read(.|\n)*It was made with these tools, and none was given here"):
        await load_tools_again(gone, gone)
    for of_run in (None, Context()):
        with pytest.raises(UsageError, match="cannot read") as raised:
            await load_tools_again(gone, of_run)
        assert "was made with" not in str(raised.value)
    assert "city_location" in await load_tools_again(Context(), None)
