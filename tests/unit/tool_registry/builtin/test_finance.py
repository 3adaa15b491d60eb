"""Textbook results of the formulas."""

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.finance import (
    annual_growth_rate,
    compound_growth,
    loan_payment,
    monthly_saving_needed,
    months_to_savings_goal,
    real_rate_of_return,
)


def test_a_thirty_year_mortgage() -> None:
    assert loan_payment(200_000, 6, 30)["monthly_payment"] == 1199.10


def test_a_loan_without_interest_is_split_evenly() -> None:
    assert loan_payment(1200, 0, 2) == {"monthly_payment": 50.0, "total_interest": 0.0, "total_paid": 1200.0}


def test_total_paid_is_loan_and_interest() -> None:
    loan = loan_payment(18_000, 6.9, 5)
    assert loan["total_paid"] == pytest.approx(18_000 + loan["total_interest"])


def test_money_compounds() -> None:
    assert compound_growth(1000, 10, 2) == {"final_amount": 1210.0, "gain": 210.0}
    assert compound_growth(1000, -10, 2)["gain"] == -190.0


def test_months_to_a_goal() -> None:
    assert months_to_savings_goal(1000, 100, 0) == {"months": 10, "interest": 0.0}
    assert months_to_savings_goal(1001, 100, 0)["months"] == 11
    # 12 % a year is 1 % a month: 100 + 101 + 102.01 = 303.01 after three deposits.
    assert months_to_savings_goal(303.01, 100, 12) == {"months": 3, "interest": 3.01}


def test_a_goal_out_of_reach() -> None:
    with pytest.raises(ToolkitError, match="100 years"):
        months_to_savings_goal(1_000_000, 1, 0)


def test_monthly_saving_reaches_its_goal() -> None:
    assert monthly_saving_needed(2400, 2, 0) == {"monthly": 100.0}
    monthly = monthly_saving_needed(25_000, 5, 3)["monthly"]
    assert months_to_savings_goal(24_999, monthly, 3)["months"] == 60


def test_real_return_is_a_quotient_not_a_difference() -> None:
    assert real_rate_of_return(5, 2) == {"real_rate": 2.94}
    assert real_rate_of_return(3, 3) == {"real_rate": 0.0}
    assert real_rate_of_return(1, 4)["real_rate"] < 0


def test_growth_rate_is_the_inverse_of_compounding() -> None:
    assert annual_growth_rate(1000, 1210, 2) == {"growth_rate": 10.0}
    assert annual_growth_rate(1000, 810, 2) == {"growth_rate": -10.0}
    assert annual_growth_rate(1000, 2000, 10) == {"growth_rate": 7.18}
