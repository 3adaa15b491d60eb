from graph.record import Attempt, Gradient, Judgement, Note
from tests.unit.toolgrad_data.runs.helpers import record
from tool_registry.result import ToolError
from toolgrad_data.report.charts import charts_of
from toolgrad_data.report.figures import RunFigures, ToolUse
from toolgrad_data.stats.figures import StatsCollector


def attempt(iteration: int, tool: str, *, selected: bool = False, ok: bool = True) -> Attempt:
    error = None if ok else ToolError(kind="timeout", message="late")
    return Attempt(iteration=iteration, id="r1", tool=tool, arguments={}, selected=selected, ok=ok, error=error)


def test_tools_iterations_and_what_critiques_asked_for() -> None:
    one = record(1)
    one.attempts = [
        attempt(1, "double", selected=True),
        attempt(1, "halve"),
        attempt(1, "halve", ok=False),
        attempt(2, "square", selected=True),
        attempt(2, "halve"),
    ]
    note = Note(kind="no_room", message="full")
    one.gradients = [
        Gradient(
            iteration=1, selected=["p1"], text="", tools=["square", "halve", "cube"], wishes=["a root"], notes=[note]
        ),
        Gradient(iteration=2, selected=["p4"], text="", tools=["cube"]),
    ]
    one.turns[0].steps[0].elapsed_ms = 20.0
    one.judge = Judgement(
        model="m", naturalness_reason="", naturalness=4, would_ask_reason="", would_ask=5, trials=4, solved=1
    )
    figures = RunFigures(StatsCollector("run", of_a_run=True))
    figures.add(one)
    figures.add(record(2, reasons=["natural: bad"]))
    assert figures.tool_use()["halve"] == ToolUse(kept=0, tried=2, failed=1, mean_ms=None)
    assert {name: dict(counts) for name, counts in figures.iterations.items()} == {
        "kept": {1: 1, 2: 1}, "not kept": {1: 1, 2: 1}, "failed": {1: 1}
    }  # fmt: skip
    assert dict(figures.looked_for) == {
        "tool named: kept next": 1,
        "tool named: called next, not kept": 1,
        "tool named: not called next": 1,
        "wish in words: a call kept next": 1,
    }
    assert (dict(figures.errors), dict(figures.notes)) == ({"timeout": 1}, {"no room": 1})
    assert dict(figures.solved) == {"some": 1}
    charts = {chart.id: chart for chart in charts_of(figures, figures.stats.stats(), None, ["double", "idle"])}
    assert [row.label for row in charts["never"].rows] == ["idle"]
    assert [(row.label, row.value) for row in charts["reasons"].rows] == [("natural", 1)]
    assert charts["times"].rows[2].value == 1
    assert "tokens" not in charts  # made without a model
