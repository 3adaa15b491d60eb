"""The README shows what the demo really ends with."""

import re
from pathlib import Path

from graph.app import build_graph
from graph.context import Context
from graph.record import Record
from tests.readme_demo import RENEW, block, labels_in, query_in, response_in, tools_in
from toolgrad_data.cli.summary_view import outcome_view
from toolgrad_data.runs.summary import Session, Summary

ROOT = Path(__file__).parents[3]


async def test_the_first_record_is_the_demos_first() -> None:
    makefile = (ROOT / "Makefile").read_text()
    made = re.search(r"toolgrad generate --samples \d+ --seed (\d+) --turns (\S+) --out runs/demo", makefile)
    assert made
    out = await build_graph().compile().ainvoke({"seed": int(made[1]), "index": 0}, context=Context(turns=made[2]))
    record = Record.model_validate(out["record"])
    assert query_in(block()) == " ".join(record.turns[0].query.split()), RENEW
    assert tools_in(block()) == [step.tool for step in record.turns[0].steps], RENEW
    assert response_in(block()) == " ".join(record.turns[0].response.split()), RENEW
    tells = record.turns[0].tells or []
    assert {
        f"{source.step}{source.pointer}" for tell in tells for source in tell.sources() if source.kind == "step"
    } <= set(re.split(r"[\s,]+", block().partition("\nResponse\n")[2])), RENEW


def test_the_summary_has_the_lines_that_a_run_prints() -> None:
    summary = Summary(
        seed=7,
        samples=24,
        accepted=24,
        lengths={"1": 24},
        tools={"a": 24},
        tool_calls=24,
        session=Session(samples=24, seconds=1, samples_per_minute=1),
    )
    printed = labels_in(outcome_view(Path("runs/demo"), summary).plain)
    assert labels_in(block()) == printed, RENEW
    assert len(printed) >= 6
