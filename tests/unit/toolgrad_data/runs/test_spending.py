import io
from pathlib import Path

from rich.console import Console

from graph.record import RoleUsage, Usage
from tests.unit.toolgrad_data.runs.helpers import record
from toolgrad_data.cli.progress import LiveProgress, PlainProgress
from toolgrad_data.cli.summary_view import outcome_view
from toolgrad_data.runs.spending import Spending, spending_line, tokens_text, usd_text
from toolgrad_data.runs.summary import Session, Tally

CALL = RoleUsage(llm_calls=2, input_tokens=12_345, output_tokens=900, cost_usd=0.25)


def spent(*usages: RoleUsage) -> Spending:
    spending = Spending()
    for usage in usages:
        spending.add(usage)
    return spending


def test_the_line_tells_calls_tokens_cost_and_what_an_accepted_record_costs() -> None:
    assert spending_line(Spending(), 3) == ""
    assert spending_line(spent(CALL, CALL), 4) == (
        "4 model calls, 24.7k tokens in, 1.8k out, 0.5000 USD, 0.1250 USD an accepted record"
    )
    assert "an accepted record" not in spending_line(spent(CALL), 0)


def test_an_unknown_cost_is_called_so() -> None:
    unpriced = CALL.model_copy(update={"cost_usd": None})
    assert spending_line(spent(unpriced), 1) == "2 model calls, 12.3k tokens in, 900 out, cost unknown"
    assert spending_line(spent(CALL, unpriced), 1).endswith(
        "at least 0.2500 USD, at least 0.2500 USD an accepted record"
    )


def test_amounts() -> None:
    assert [tokens_text(count) for count in (0, 999, 1000, 99_950, 1_234_567)] == [
        "0",
        "999",
        "1.0k",
        "100.0k",
        "1.23M",
    ]
    assert [usd_text(amount) for amount in (None, 0, 0.000034, 0.0321, 12.345)] == [
        "unknown",
        "0.00 USD",
        "3.4e-05 USD",
        "0.0321 USD",
        "12.35 USD",
    ]


def test_a_plain_line_and_a_live_bar_show_it() -> None:
    lines: list[str] = []
    plain = PlainProgress(lines.append)
    plain.begin(2, 0, 0)
    plain.spend(spent(CALL))
    plain.advance(1, 0)
    assert lines[0].endswith("left; 2 model calls, 12.3k tokens in, 900 out, 0.2500 USD, 0.2500 USD an accepted record")

    screen = io.StringIO()
    live = LiveProgress(Console(file=screen, force_terminal=True, width=120, _environ={"TERM": "xterm"}))
    live.begin(2, 0, 0)
    live.spend(spent(CALL))
    live.advance(1, 0)
    live.end()
    assert "0.2500 USD an accepted record" in screen.getvalue()


def outcome(cost: float | None) -> str:
    tally = Tally()
    part = CALL.model_copy(update={"cost_usd": cost, "cached_tokens": 1000, "reasoning_tokens": 30, "latency_ms": 3000})
    for index in range(2):
        made = record(index)
        made.meta.usage = Usage(**part.model_dump(), by_role={"propose": part})
        tally.add(made)
    return outcome_view(Path("run"), tally.summary(0, 3, 1, Session(), CALL)).plain


def test_the_outcome_tells_the_roles_and_what_lies_unfinished() -> None:
    told = outcome(0.25)
    assert "propose: 4, 24.7k tokens in (2.0k cached), 1.8k out (60 reasoning), 1.5 s each" in told
    assert "cost            0.5000 USD, 0.2500 USD an accepted record" in told
    assert "unfinished      2, 12.3k tokens in, 900 out, 0.0 s each, cost 0.2500 USD" in told


def test_the_outcome_calls_an_unknown_cost_unknown() -> None:
    told = outcome(None)
    assert "cost            unknown; give prices with --prices FILE" in told
    assert "0.00 USD" not in told
