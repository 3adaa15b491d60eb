from graph.record import RoleUsage, Usage
from toolgrad_data.runs.record_cost import cost_by_role, cost_of, cost_text, paper_text


def usage(**roles: tuple[int, float | None]) -> Usage:
    total = Usage()
    for role, (calls, cost) in roles.items():
        total.add_to_role(
            role, RoleUsage(llm_calls=calls, input_tokens=100 * calls, output_tokens=calls, cost_usd=cost)
        )
    return total


def test_what_a_record_took_by_role_the_dearest_first() -> None:
    took = usage(propose=(6, 0.6), critique=(4, 0.2), synthesize=(2, 0.6), plan=(0, 0.0))
    by_role = cost_by_role(took, 2)
    assert list(by_role) == ["propose", "synthesize", "critique"]
    assert by_role["critique"].model_dump() == {
        "llm_calls": 2,
        "input_tokens": 200,
        "output_tokens": 2,
        "cost_usd": 0.1,
    }
    assert (cost_of(took, 2).llm_calls, cost_text(took, 2)) == (6, "0.7000 USD")


def test_an_unknown_price_is_no_figure() -> None:
    took = usage(propose=(6, None), critique=(4, 0.2))
    assert cost_by_role(took, 2)["propose"].cost_usd is None
    assert cost_text(took, 2) == "unknown, at least 0.1000 USD"
    assert cost_text(usage(propose=(6, None)), 2) == "unknown"


def test_the_papers_figures() -> None:
    assert paper_text() == "45.9 model calls a sample, about 250 USD for 5,000, 0.05 USD each"
