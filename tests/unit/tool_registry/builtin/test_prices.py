"""Sums that can be done by hand."""

from tool_registry.builtin.prices import (
    discounted_price,
    price_before_tax,
    price_with_tax,
    salary_from_hourly_wage,
    split_bill,
)


def test_discount() -> None:
    assert discounted_price(80, 25) == {"reduced_price": 60.0, "saving": 20.0}
    assert discounted_price(59, 100) == {"reduced_price": 0.0, "saving": 59.0}


def test_amounts_are_rounded_half_up() -> None:
    # 12.5 % of 899 is 112.375, and 786.625 remain.
    assert discounted_price(899, 12.5) == {"reduced_price": 786.63, "saving": 112.38}


def test_tax_on_top_and_taken_out_again() -> None:
    assert price_with_tax(100, 19) == {"gross_price": 119.0, "tax": 19.0}
    assert price_before_tax(119, 19) == {"net_price": 100.0, "tax": 19.0}
    assert price_with_tax(49.9, 8.875) == {"gross_price": 54.33, "tax": 4.43}


def test_a_bill_is_split_with_its_tip() -> None:
    assert split_bill(100, 4, 20) == {"share": 30.0, "tip_amount": 20.0, "total": 120.0}
    assert split_bill(100, 3, 0)["share"] == 33.33


def test_forty_hours_at_fifteen() -> None:
    assert salary_from_hourly_wage(15, 40) == {"weekly": 600.0, "monthly": 2600.0, "yearly": 31200.0}
    assert salary_from_hourly_wage(22.5, 37.5)["weekly"] == 843.75
