"""Prices and pay: discounts, sales tax, bills to split and wages, by exact decimal arithmetic.

Amounts are rounded half up to two decimals, and only at the end.
"""

from typing import Annotated

from tool_registry.builtin.declare import Result, pure
from tool_registry.builtin.finance import exact, fraction, rounded
from tool_registry.builtin.kinds import Money, MoneyResult, OwnAmount, PlainMoney
from tool_registry.declare import Kind

tool = pure(category="prices and pay")

_WEEKS_PER_YEAR = 52
_MONTHS_PER_YEAR = 12

Tax = Annotated[
    float,
    Kind(
        "sales tax or VAT rate",
        "Tax rate in percent of the price before tax.",
        minimum=0,
        maximum=30,
        examples=[5, 6, 7, 7.7, 8.1, 8.875, 9.5, 10, 13, 19, 20, 21, 22, 25],
        mention=["{} percent", "{}%"],
    ),
]


class _DiscountedPrice(Result):
    reduced_price: Annotated[MoneyResult, Kind("reduced price", "Price after the discount.")]
    saving: Annotated[PlainMoney, Kind("saving", "Amount taken off.")]


@tool
def discounted_price(
    price: Annotated[Money, Kind("price", "Price before the discount.")],
    discount: Annotated[float, Kind("discount", "Discount in percent of the price.", minimum=0, maximum=100)],
) -> _DiscountedPrice:
    """Compute a price after a discount in percent, and how much it saves."""
    saving = exact(price) * fraction(discount)
    return {"reduced_price": rounded(exact(price) - saving), "saving": rounded(saving)}


class _PriceWithTax(Result):
    gross_price: Annotated[MoneyResult, Kind("price with tax", "Price including the tax.")]
    tax: Annotated[PlainMoney, Kind("tax", "Amount of tax.")]


@tool
def price_with_tax(price: Annotated[Money, Kind("net price", "Price before tax.")], tax_rate: Tax) -> _PriceWithTax:
    """Add sales tax or VAT to a net price."""
    tax = exact(price) * fraction(tax_rate)
    return {"gross_price": rounded(exact(price) + tax), "tax": rounded(tax)}


class _PriceBeforeTax(Result):
    net_price: Annotated[MoneyResult, Kind("net price", "Price before tax.")]
    tax: Annotated[PlainMoney, Kind("tax", "Amount of tax.")]


@tool
def price_before_tax(
    price: Annotated[Money, Kind("gross price", "Price including tax.")], tax_rate: Tax
) -> _PriceBeforeTax:
    """Split a price that includes sales tax or VAT into the net price and the tax."""
    net = exact(price) / (1 + fraction(tax_rate))
    return {"net_price": rounded(net), "tax": rounded(exact(price) - net)}


class _SplitBill(Result):
    share: Annotated[MoneyResult, Kind("share", "What each person pays, tip included.")]
    tip_amount: Annotated[PlainMoney, Kind("tip", "Amount of the tip.")]
    total: Annotated[PlainMoney, Kind("total with tip", "Bill and tip.")]


@tool
def split_bill(
    bill: Annotated[OwnAmount, Kind("bill", "Bill before the tip.")],
    people: Annotated[int, Kind("number of people", "How many people share the bill.", minimum=2, maximum=60)],
    tip: Annotated[float, Kind("tip", "Tip in percent of the bill.", minimum=0, maximum=50)],
) -> _SplitBill:
    """Add a tip in percent to a bill and split the total evenly between a number of people."""
    tip_amount = exact(bill) * fraction(tip)
    total = exact(bill) + tip_amount
    return {"share": rounded(total / people), "tip_amount": rounded(tip_amount), "total": rounded(total)}


class _SalaryFromHourlyWage(Result):
    weekly: Annotated[PlainMoney, Kind("weekly pay", "Pay for a week.")]
    monthly: Annotated[PlainMoney, Kind("monthly pay", "A twelfth of the yearly pay.")]
    yearly: Annotated[MoneyResult, Kind("yearly pay", "Pay for 52 weeks.")]


@tool
def salary_from_hourly_wage(
    hourly_wage: Annotated[OwnAmount, Kind("hourly wage", "Pay for an hour.")],
    weekly_hours: Annotated[
        float, Kind("weekly hours", "Hours worked in a week.", minimum=1, maximum=80, multipleOf=0.5)
    ],
) -> _SalaryFromHourlyWage:
    """Turn an hourly wage and weekly hours into weekly, monthly and yearly pay before tax, at 52 paid weeks
    a year.
    """
    weekly = exact(hourly_wage) * exact(weekly_hours)
    yearly = weekly * _WEEKS_PER_YEAR
    return {"weekly": rounded(weekly), "monthly": rounded(yearly / _MONTHS_PER_YEAR), "yearly": rounded(yearly)}


TOOLS = [discounted_price, price_with_tax, price_before_tax, split_bill, salary_from_hourly_wage]
