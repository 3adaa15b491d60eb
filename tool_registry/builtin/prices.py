"""Prices and pay: discounts, sales tax, bills to split and wages, by exact decimal arithmetic.

Amounts are rounded half up to two decimals, and only at the end.
"""

from typing import Any

from tool_registry.builtin.declare import Toolkit, obj
from tool_registry.builtin.finance import (
    PERCENT,
    amount_parameter,
    exact,
    fraction,
    money_result,
    own_amount,
    rounded,
    side_result,
)
from tool_registry.builtin.kinds import kind
from tool_registry.builtin.phrasebook import phrases

KIT = Toolkit("prices and pay")

_WEEKS_PER_YEAR = 52
_MONTHS_PER_YEAR = 12

TAX = kind(
    PERCENT,
    title="sales tax or VAT rate",
    description="Tax rate in percent of the price before tax.",
    maximum=30,
    examples=[5, 6, 7, 7.7, 8.1, 8.875, 9.5, 10, 13, 19, 20, 21, 22, 25],
)


@KIT.tool(
    parameters=obj(
        {
            "price": amount_parameter("price", "Price before the discount.", [25, 39.9, 59, 80, 129, 199, 349, 899]),
            "discount": kind(
                PERCENT,
                title="discount",
                description="Discount in percent of the price.",
                examples=[5, 10, 15, 20, 25, 30, 33, 40, 50, 60, 70],
            ),
        },
        examples=[
            {"price": 129, "discount": 30},
            {"price": 39.9, "discount": 15},
            {"price": 899, "discount": 12.5},
        ],
        x_phrases=phrases("""
            ? what {price} comes down to with a discount of {discount}
            ? the sale price when {discount} is taken off {price}
            ? What do I pay if I get {discount} off {price}?
            ? How much is {price} after a discount of {discount}?
            ? Take {discount} off {price}.
            ? Work out the reduced price for {price} less {discount}.
            = With {discount} off, {price} comes down to {/reduced_price}.
            = Less {discount}, {price} comes down to {/reduced_price}, a saving of {/saving}.

            ? how much money a discount of {discount} on {price} saves
            ? the saving on {price} with {discount} off
            ? How much do I save with {discount} off {price}?
            ? Tell me the saving when {price} is reduced by {discount}.
            = With {discount} off {price} you save {/saving} and pay {/reduced_price}.
            = The saving on {price} is {/saving}.

            ~ There is a sale on in town.
            ~ I have a voucher that I want to use.
            ~ I'm haggling over something second-hand.
            ~ My staff discount applies.
            """),
    ),
    output=obj(
        {
            "reduced_price": money_result(
                "reduced price",
                "Price after the discount.",
                "the price that remains of {price} after a discount of {discount}",
                "what is left to pay of {price} after a discount of {discount}",
            ),
            "saving": side_result(
                "saving", "Amount taken off.", "the saving that a discount of {discount} on {price} brings"
            ),
        }
    ),
)
def discounted_price(price: float, discount: float) -> dict[str, Any]:
    """Compute a price after a discount in percent, and how much it saves."""
    saving = exact(price) * fraction(discount)
    return {"reduced_price": rounded(exact(price) - saving), "saving": rounded(saving)}


@KIT.tool(
    parameters=obj(
        {
            "price": amount_parameter("net price", "Price before tax.", [20, 49.9, 85, 120, 240, 499, 1250, 3600]),
            "tax_rate": TAX,
        },
        examples=[
            {"price": 100, "tax_rate": 19},
            {"price": 49.9, "tax_rate": 8.875},
            {"price": 3600, "tax_rate": 20},
        ],
        x_phrases=phrases("""
            ? what {price} comes to with {tax_rate} tax on top
            ? the price including tax when {tax_rate} is added to {price}
            ? How much is {price} once {tax_rate} sales tax is added?
            ? What is the gross price for {price} net at a tax rate of {tax_rate}?
            ? Add {tax_rate} tax to {price}.
            = With {tax_rate} tax, {price} comes to {/gross_price}.
            = The gross price for {price} net is {/gross_price}, of which {/tax} is tax.

            ~ The quote leaves out the tax.
            ~ I am writing an invoice for a client.
            ~ Prices in the shop here are shown without tax.
            ~ I run a small business and do my own billing.
            """),
    ),
    output=obj(
        {
            "gross_price": money_result(
                "price with tax",
                "Price including the tax.",
                "the price with tax for {price} net at {tax_rate}",
                "what {price} comes to with {tax_rate} tax on top",
            ),
            "tax": side_result("tax", "Amount of tax.", "the tax on {price} net at {tax_rate}"),
        }
    ),
)
def price_with_tax(price: float, tax_rate: float) -> dict[str, Any]:
    """Add sales tax or VAT to a net price."""
    tax = exact(price) * fraction(tax_rate)
    return {"gross_price": rounded(exact(price) + tax), "tax": rounded(tax)}


@KIT.tool(
    parameters=obj(
        {
            "price": amount_parameter(
                "gross price", "Price including tax.", [11.9, 24, 59.5, 119, 238, 600, 1190, 4200]
            ),
            "tax_rate": TAX,
        },
        examples=[
            {"price": 119, "tax_rate": 19},
            {"price": 24, "tax_rate": 20},
            {"price": 4200, "tax_rate": 8.1},
        ],
        x_phrases=phrases("""
            ? how much of {price} is tax at a rate of {tax_rate}
            ? the tax contained in {price} at {tax_rate}
            ? How much tax is there in {price} at a rate of {tax_rate}?
            ? If {price} already includes {tax_rate} tax, how big is the tax part?
            ? Give me the amount of tax in {price} at a rate of {tax_rate}.
            = The tax in {price} is {/tax}.
            = Of {price}, {/tax} is tax on {/net_price} net.

            ? what {price} is before tax, if {tax_rate} is included
            ? the net price behind {price} at a tax rate of {tax_rate}
            ? What is the net price of {price} with {tax_rate} tax included?
            ? Strip {tax_rate} tax from {price}.
            = The net price behind {price} is {/net_price}.
            = Before tax, {price} is {/net_price}.

            ~ I can reclaim the tax on this receipt.
            ~ My accountant needs net figures.
            ~ I'm filling in my VAT return.
            ~ The till slip shows only the total.
            """),
    ),
    output=obj(
        {
            "net_price": money_result(
                "net price",
                "Price before tax.",
                "the price before tax behind {price} at {tax_rate}",
                "the net price of {price} with {tax_rate} tax included",
            ),
            "tax": side_result("tax", "Amount of tax.", "the tax contained in {price} at {tax_rate}"),
        }
    ),
)
def price_before_tax(price: float, tax_rate: float) -> dict[str, Any]:
    """Split a price that includes sales tax or VAT into the net price and the tax."""
    net = exact(price) / (1 + fraction(tax_rate))
    return {"net_price": rounded(net), "tax": rounded(exact(price) - net)}


@KIT.tool(
    parameters=obj(
        {
            "bill": own_amount("bill", "Bill before the tip.", [24.5, 38, 47.8, 62, 86.4, 112, 148.5, 230, 415]),
            "people": {
                "type": "integer",
                "title": "number of people",
                "description": "How many people share the bill.",
                "minimum": 2,
                "maximum": 60,
                "examples": [2, 3, 4, 5, 6, 7, 8, 10, 12],
                "x-phrases": {"mention": ["{} people", "{} of us"]},
            },
            "tip": kind(
                PERCENT,
                title="tip",
                description="Tip in percent of the bill.",
                maximum=50,
                examples=[5, 8, 10, 12, 15, 18, 20, 22, 25],
            ),
        },
        examples=[
            {"bill": 86.4, "people": 4, "tip": 10},
            {"bill": 148.5, "people": 6, "tip": 18},
            {"bill": 62, "people": 2, "tip": 15},
        ],
        x_phrases=phrases("""
            ? how much each pays when {people} split {bill} with a tip of {tip}
            ? the share of each if {bill} plus a {tip} tip is split between {people}
            ? What does everyone owe if {people} share {bill} and add a tip of {tip}?
            ? How much is it per head for {people} splitting {bill} with {tip} tip on top?
            ? Divide {bill} plus {tip} tip among {people}.
            = Split between {people}, {bill} with the tip comes to {/share} each.
            = With a tip of {tip}, {bill} comes to {/total}, which is {/share} a head.

            ? what the tip and each share are when {people} split {bill} with a tip of {tip}
            ? both the {tip} tip on {bill} and what each of {people} pays
            ? How big is a {tip} tip on {bill}, and what is the share for {people}?
            ? Put a tip of {tip} on {bill}, split it between {people}, and give me the tip and the share.
            = On {bill} the tip is {/tip_amount}, and each pays {/share}.
            = For {bill} that makes {/tip_amount} of tip and {/share} for each person.

            ~ We've just had dinner together.
            ~ We are out for a colleague's farewell.
            ~ The waiter is waiting and nobody wants to do the sums.
            ~ We ordered a taxi van from the party.
            """),
    ),
    output=obj(
        {
            "share": money_result(
                "share",
                "What each person pays, tip included.",
                "the share of each when {people} split {bill} with a tip of {tip}",
                "the share of each of {people} in {bill} plus a {tip} tip",
            ),
            "tip_amount": side_result("tip", "Amount of the tip.", "a tip of {tip} on {bill}"),
            "total": side_result("total with tip", "Bill and tip.", "the total of {bill} with a tip of {tip}"),
        }
    ),
)
def split_bill(bill: float, people: int, tip: float) -> dict[str, Any]:
    """Add a tip in percent to a bill and split the total evenly between a number of people."""
    tip_amount = exact(bill) * fraction(tip)
    total = exact(bill) + tip_amount
    return {"share": rounded(total / people), "tip_amount": rounded(tip_amount), "total": rounded(total)}


@KIT.tool(
    parameters=obj(
        {
            "hourly_wage": own_amount("hourly wage", "Pay for an hour.", [11.5, 13, 15, 17.5, 19, 22.5, 28, 35, 60]),
            "weekly_hours": {
                "type": "number",
                "title": "weekly hours",
                "description": "Hours worked in a week.",
                "minimum": 1,
                "maximum": 80,
                "multipleOf": 0.5,
                "examples": [8, 12, 16, 20, 24, 30, 32, 35, 37.5, 38.5, 40, 42],
                "x-phrases": {"mention": ["{} hours"]},
            },
        },
        examples=[
            {"hourly_wage": 15, "weekly_hours": 40},
            {"hourly_wage": 22.5, "weekly_hours": 37.5},
            {"hourly_wage": 13, "weekly_hours": 20},
        ],
        x_phrases=phrases("""
            ? what an hourly wage of {hourly_wage} makes a year at {weekly_hours} a week
            ? the yearly salary for {weekly_hours} a week at an hourly wage of {hourly_wage}
            ? How much do I earn a year with {weekly_hours} a week at an hourly wage of {hourly_wage}?
            ? Turn an hourly wage of {hourly_wage} at {weekly_hours} a week into a yearly salary.
            = At {hourly_wage} an hour that is {/yearly} a year.
            = An hourly wage of {hourly_wage} makes {/yearly} a year before tax.

            ? the monthly pay for {weekly_hours} a week at an hourly wage of {hourly_wage}
            ? what {weekly_hours} a week at an hourly wage of {hourly_wage} comes to per month
            ? What would I make a month on an hourly wage of {hourly_wage} for {weekly_hours} a week?
            ? Work out the monthly pay on an hourly wage of {hourly_wage} and {weekly_hours} a week.
            = At {hourly_wage} an hour that is {/monthly} a month.
            = For {weekly_hours} a week the monthly pay comes to {/monthly} before tax.

            ~ I've been offered a job that pays by the hour.
            ~ I am thinking of cutting my hours.
            ~ My daughter is comparing two part-time jobs.
            ~ The contract states only the hourly pay.
            """),
    ),
    output=obj(
        {
            "weekly": side_result(
                "weekly pay",
                "Pay for a week.",
                "the weekly pay for {weekly_hours} at an hourly wage of {hourly_wage}",
            ),
            "monthly": side_result(
                "monthly pay",
                "A twelfth of the yearly pay.",
                "the monthly pay for {weekly_hours} a week at an hourly wage of {hourly_wage}",
            ),
            "yearly": money_result(
                "yearly pay",
                "Pay for 52 weeks.",
                "the yearly salary for {weekly_hours} a week at an hourly wage of {hourly_wage}",
                "a year's pay for {weekly_hours} a week at an hourly wage of {hourly_wage}",
            ),
        }
    ),
)
def salary_from_hourly_wage(hourly_wage: float, weekly_hours: float) -> dict[str, Any]:
    """Turn an hourly wage and weekly hours into weekly, monthly and yearly pay before tax, at 52 paid weeks
    a year.
    """
    weekly = exact(hourly_wage) * exact(weekly_hours)
    yearly = weekly * _WEEKS_PER_YEAR
    return {
        "weekly": rounded(weekly),
        "monthly": rounded(yearly / _MONTHS_PER_YEAR),
        "yearly": rounded(yearly),
    }
