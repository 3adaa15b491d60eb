"""Personal finance: loans, savings and returns, by exact decimal formulas.

Interest on loans and monthly savings is a twelfth of the yearly rate a month. Amounts are rounded half up to
two decimals, and only at the end.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, obj
from tool_registry.builtin.kinds import MONEY, kind, output
from tool_registry.builtin.phrasebook import phrases

KIT = Toolkit("personal finance")

_LONGEST_SAVING_MONTHS = 1200

ANNUAL_RATE: dict[str, Any] = {
    "type": "number",
    "format": "percent-per-year",
    "title": "yearly rate",
    "description": "Rate in percent per year.",
    "minimum": 0,
    "maximum": 40,
    "examples": [1.5, 2, 2.5, 3, 3.25, 3.9, 4, 4.5, 4.75, 5, 5.5, 6, 6.9, 7.2, 8, 9.5, 12],
    "x-phrases": {"mention": ["{} percent", "{}%"], "again": "that rate"},
}
PERCENT: dict[str, Any] = {
    "type": "number",
    "title": "percentage",
    "description": "Share in percent.",
    "minimum": 0,
    "maximum": 100,
    "x-phrases": {"mention": ["{} percent", "{}%"]},
}
YEARS: dict[str, Any] = {
    "type": "integer",
    "format": "duration-years",
    "title": "number of years",
    "description": "Number of whole years.",
    "minimum": 2,
    "maximum": 40,
    "examples": [2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 20, 25, 30],
    "x-phrases": {"mention": ["{} years"], "again": "that time"},
}


def amount_parameter(title: str, description: str, examples: list[float]) -> dict[str, Any]:
    """Return a parameter for an amount of money."""
    return kind(MONEY, title=title, description=description, examples=examples)


def large_amount(title: str, description: str, examples: list[float]) -> dict[str, Any]:
    """Return a parameter for an amount that is worth a loan or a savings plan, which a share of a bill is not."""
    return kind(MONEY, title=title, description=description, examples=examples, minimum=100)


def principal(title: str, description: str, examples: list[float]) -> dict[str, Any]:
    """Return a parameter for a sum that is lent or invested: of a kind of its own, which no payment or price is."""
    return {**large_amount(title, description, examples), "format": "principal"}


def own_amount(title: str, description: str, examples: list[float]) -> dict[str, Any]:
    """Return a parameter for an amount that people know themselves and no tool results in."""
    schema = amount_parameter(title, description, examples)
    del schema["format"]
    return schema


def side_result(title: str, description: str, *refer: str) -> dict[str, Any]:
    """Return a property of a result for an amount that explains another and that no tool goes on with."""
    return {**money_result(title, description, *refer), "format": "plain-money"}


def money_result(title: str, description: str, *refer: str) -> dict[str, Any]:
    """Return a property of a result for an amount of money, with the words that refer to it."""
    return output(
        MONEY,
        minimum=0,
        title=title,
        description=description,
        x_phrases={"refer": list(refer), "again": f"that {title}"},
    )


def exact(value: float) -> Decimal:
    """Return a number as the decimal that its digits say."""
    return Decimal(str(value))


def rounded(value: Decimal) -> float:
    """Return a decimal rounded half up to two places."""
    return float(value.quantize(Decimal("0.01"), ROUND_HALF_UP))


def fraction(percent: float) -> Decimal:
    """Return a percentage as a fraction of one."""
    return exact(percent) / 100


@KIT.tool(
    parameters=obj(
        {
            "amount": principal("loan", "Amount borrowed.", [3000, 5000, 8000, 12500, 18000, 25000, 60000, 240000]),
            "annual_rate": ANNUAL_RATE,
            "years": YEARS,
        },
        examples=[
            {"amount": 240000, "annual_rate": 4.5, "years": 30},
            {"amount": 18000, "annual_rate": 6.9, "years": 5},
            {"amount": 5000, "annual_rate": 9.5, "years": 2},
        ],
        x_phrases=phrases("""
            ? the monthly payment on a loan of {amount} at {annual_rate} over {years}
            ? what I would pay each month if I borrowed {amount} at {annual_rate} for {years}
            ? What would the monthly instalment be on {amount} borrowed at {annual_rate} over {years}?
            ? If I take out a loan of {amount} at {annual_rate} for {years}, what do I pay a month?
            ? Work out the monthly payment for borrowing {amount} at {annual_rate} over {years}.
            = The monthly payment would be {/monthly_payment}.
            = You would pay {/monthly_payment} a month over {years}.

            ? how much interest a loan of {amount} at {annual_rate} over {years} costs in all
            ? the total interest on borrowing {amount} at {annual_rate} for {years}
            ? How much interest would I pay altogether on {amount} at {annual_rate} over {years}?
            ? Add up the interest on a loan of {amount} at {annual_rate} for {years}.
            = The interest adds up to {/total_interest}, so {/total_paid} is paid back in all.
            = Over {years} the loan costs {/total_interest} in interest.

            ~ The bank has made us an offer and I want to check it.
            ~ We are thinking about a new kitchen on credit.
            ~ I'm deciding between paying cash and financing.
            ~ My brother wants to buy a car and asked me about the loan.
            """),
    ),
    output=obj(
        {
            "monthly_payment": money_result(
                "monthly payment",
                "Constant payment at the end of each month.",
                "the monthly payment on a loan of {amount} at {annual_rate} over {years}",
                "the monthly instalment for {amount} borrowed at {annual_rate} for {years}",
            ),
            "total_interest": side_result(
                "total interest",
                "Interest paid over the whole term.",
                "the total interest on a loan of {amount} at {annual_rate} over {years}",
            ),
            "total_paid": side_result(
                "total paid back",
                "Sum of all payments.",
                "everything paid back on a loan of {amount} at {annual_rate} over {years}",
            ),
        }
    ),
)
def loan_payment(amount: float, annual_rate: float, years: int) -> dict[str, Any]:
    """Compute the constant monthly payment of a loan, the total interest and the total paid back."""
    months, rate, principal = years * 12, fraction(annual_rate) / 12, exact(amount)
    payment = principal * rate / (1 - (1 + rate) ** -months) if rate else principal / months
    total = payment * months
    return {
        "monthly_payment": rounded(payment),
        "total_interest": rounded(total - principal),
        "total_paid": rounded(total),
    }


@KIT.tool(
    parameters=obj(
        {
            "amount": principal(
                "investment",
                "Amount put in at the start.",
                [500, 1000, 2500, 4000, 5000, 8000, 10000, 20000, 50000],
            ),
            "annual_rate": kind(ANNUAL_RATE, minimum=-20, description="Growth in percent per year."),
            "years": YEARS,
        },
        examples=[
            {"amount": 10000, "annual_rate": 5, "years": 10},
            {"amount": 2500, "annual_rate": 3.25, "years": 18},
            {"amount": 50000, "annual_rate": 7.2, "years": 20},
        ],
        x_phrases=phrases("""
            ? what {amount} grows to in {years} with a yearly return of {annual_rate}
            ? how much {amount} becomes after {years} at compound interest of {annual_rate}
            ? What would {amount} be worth after {years} with a yearly return of {annual_rate}?
            ? If I put away {amount} for {years} with a yearly return of {annual_rate}, what do I end up
                with?
            ? Calculate the value of {amount} after {years} of compound growth at {annual_rate}.
            = {amount} grows to {/final_amount} in {years}.
            = After {years} there would be {/final_amount}, which is {/gain} more than at the start.

            ~ I have come into some money and won't need it soon.
            ~ We want to put something aside for our newborn.
            ~ I am comparing a savings bond with a fund.
            ~ My grandmother left me a small sum.
            """),
    ),
    output=obj(
        {
            "final_amount": money_result(
                "final amount",
                "Amount at the end.",
                "what {amount} grows to in {years} with a yearly return of {annual_rate}",
                "the value of {amount} after {years} with a yearly return of {annual_rate}",
            ),
            "gain": {
                "type": "number",
                "title": "gain",
                "description": "What the investment earned; negative for a loss.",
                "x-phrases": {"refer": ["the gain on {amount} over {years} with a yearly return of {annual_rate}"]},
            },
        }
    ),
)
def compound_growth(amount: float, annual_rate: float, years: int) -> dict[str, Any]:
    """Compute what an amount grows to when it compounds once a year at a constant rate."""
    final = exact(amount) * (1 + fraction(annual_rate)) ** years
    return {"final_amount": rounded(final), "gain": rounded(final - exact(amount))}


@KIT.tool(
    parameters=obj(
        {
            "goal": large_amount(
                "savings goal", "Amount to reach.", [800, 1500, 3000, 5000, 9000, 15000, 30000, 60000]
            ),
            "monthly": own_amount(
                "savings a month", "Amount saved each month.", [50, 80, 100, 150, 200, 300, 450, 700]
            ),
            "annual_rate": ANNUAL_RATE,
        },
        examples=[
            {"goal": 5000, "monthly": 200, "annual_rate": 3},
            {"goal": 30000, "monthly": 450, "annual_rate": 2.5},
            {"goal": 1500, "monthly": 100, "annual_rate": 4},
        ],
        x_phrases=phrases("""
            ? how many months it takes to save {goal} by putting away {monthly} a month at {annual_rate}
            ? how long I need to reach {goal} with monthly deposits of {monthly} earning {annual_rate}
            ? How many months until I have {goal} if I save {monthly} a month at {annual_rate}?
            ? Saving {monthly} every month at {annual_rate} interest, how soon do I get to {goal}?
            ? Count the months needed to save up {goal} from {monthly} a month at {annual_rate}.
            = Saving {goal} takes {/months} {/months?month:months}.
            = With {monthly} a month you reach {goal} after {/months} {/months?month:months}.

            ~ I want to stop buying things on credit.
            ~ There is a big trip on my wish list.
            ~ We are building up an emergency fund.
            ~ I've just opened a savings account.
            """),
    ),
    output=obj(
        {
            "months": {
                "type": "integer",
                "format": "duration-months",
                "minimum": 1,
                "title": "number of months",
                "description": "Months until the balance reaches the goal.",
                "x-phrases": {
                    "refer": ["the number of months it takes to save {goal} from {monthly} a month at {annual_rate}"],
                    "again": "that many months",
                },
            },
            "interest": side_result(
                "interest earned",
                "Interest in the balance by then.",
                "the interest earned while saving {goal} from {monthly} a month at {annual_rate}",
            ),
        }
    ),
)
def months_to_savings_goal(goal: float, monthly: float, annual_rate: float) -> dict[str, Any]:
    """Count the months until monthly deposits, made at the end of each month with interest, reach a goal."""
    rate, deposit, balance, months = fraction(annual_rate) / 12, exact(monthly), Decimal(0), 0
    while balance < exact(goal):
        balance = balance * (1 + rate) + deposit
        months += 1
        if months > _LONGEST_SAVING_MONTHS:
            raise ToolkitError("The goal takes over 100 years; save more a month or lower the goal.")
    return {"months": months, "interest": rounded(balance - deposit * months)}


@KIT.tool(
    parameters=obj(
        {
            "goal": large_amount(
                "savings goal", "Amount to reach.", [3000, 6000, 10000, 12000, 15000, 25000, 40000, 80000]
            ),
            "years": YEARS,
            "annual_rate": ANNUAL_RATE,
        },
        examples=[
            {"goal": 25000, "years": 5, "annual_rate": 3},
            {"goal": 80000, "years": 18, "annual_rate": 5},
            {"goal": 6000, "years": 2, "annual_rate": 2},
        ],
        x_phrases=phrases("""
            ? how much I must save each month to have {goal} in {years} at {annual_rate}
            ? the monthly saving that makes {goal} within {years} at {annual_rate} interest
            ? How much do I need to put aside a month to reach {goal} in {years} at {annual_rate}?
            ? What monthly deposit gets me to {goal} in {years} if it earns {annual_rate}?
            ? Find the monthly deposit for a goal of {goal} in {years} at {annual_rate}.
            = To have {goal} in {years}, you need to save {/monthly} a month.
            = A monthly deposit of {/monthly} gets you to {goal} in {years}.

            ~ We'd like to have the money for a deposit on a flat.
            ~ Our daughter will go to university one day.
            ~ I like to plan big purchases well ahead.
            ~ I am setting up a standing order.
            """),
    ),
    output=obj(
        {
            "monthly": money_result(
                "monthly deposit",
                "Deposit needed at the end of each month.",
                "the monthly saving needed for {goal} in {years} at {annual_rate}",
                "the monthly deposit that makes {goal} in {years} at {annual_rate}",
            ),
        }
    ),
)
def monthly_saving_needed(goal: float, years: int, annual_rate: float) -> dict[str, Any]:
    """Compute the monthly deposit that reaches a savings goal within a number of years at a given interest
    rate.
    """
    months, rate = years * 12, fraction(annual_rate) / 12
    return {"monthly": rounded(exact(goal) * rate / ((1 + rate) ** months - 1) if rate else exact(goal) / months)}


@KIT.tool(
    parameters=obj(
        {
            "annual_rate": kind(ANNUAL_RATE, title="nominal rate", description="Interest or return, percent per year."),
            "inflation": kind(
                PERCENT,
                title="inflation rate",
                description="Rise of prices in percent per year.",
                maximum=30,
                examples=[1, 1.5, 2, 2.2, 2.5, 3, 3.4, 4, 5.9, 8],
            ),
        },
        examples=[
            {"annual_rate": 5, "inflation": 2},
            {"annual_rate": 3.25, "inflation": 3.4},
            {"annual_rate": 7.2, "inflation": 2.5},
        ],
        x_phrases=phrases("""
            ? what is really left of a return of {annual_rate} when inflation is {inflation}
            ? the real yearly return on {annual_rate} with inflation at {inflation}
            ? What is the real rate of return on {annual_rate} after inflation of {inflation}?
            ? If my savings earn {annual_rate} and prices rise by {inflation}, what's my real return?
            ? Adjust a return of {annual_rate} for inflation of {inflation}.
            = With inflation at {inflation}, the real return is {/real_rate} percent a year.
            = Of {annual_rate}, {/real_rate} percent a year remains after inflation of {inflation}.

            ~ My bank advertises its savings rate everywhere.
            ~ I am wondering whether my money is losing value.
            ~ I'm reviewing my pension plan.
            ~ Prices keep going up.
            """),
    ),
    output=obj(
        {
            "real_rate": output(
                ANNUAL_RATE,
                minimum=-100,
                title="real rate of return",
                description="Return in percent per year after inflation.",
                x_phrases={
                    "refer": [
                        "the real return on {annual_rate} after inflation of {inflation}",
                        "what is left of {annual_rate} after inflation of {inflation}",
                    ],
                    "again": "that real return",
                },
            ),
        }
    ),
)
def real_rate_of_return(annual_rate: float, inflation: float) -> dict[str, Any]:
    """Compute the yearly return after inflation (Fisher's exact formula)."""
    real = (1 + fraction(annual_rate)) / (1 + fraction(inflation)) - 1
    return {"real_rate": rounded(real * 100)}


@KIT.tool(
    parameters=obj(
        {
            "start": own_amount(
                "starting value", "Value at the start.", [1000, 2000, 3500, 5000, 6000, 8000, 15000, 180000]
            ),
            "end": own_amount("final value", "Value at the end.", [1300, 2600, 4100, 7200, 9900, 12500, 21000, 265000]),
            "years": YEARS,
        },
        examples=[
            {"start": 5000, "end": 7200, "years": 6},
            {"start": 180000, "end": 265000, "years": 8},
            {"start": 1000, "end": 2600, "years": 15},
        ],
        x_phrases=phrases("""
            ? the average yearly growth from {start} to {end} over {years}
            ? what yearly return turns {start} into {end} in {years}
            ? What annual growth rate takes {start} to {end} in {years}?
            ? If {start} turned into {end} over {years}, what was the return per year?
            ? Work out the compound annual growth rate from {start} to {end} over {years}.
            = Going from {start} to {end} in {years} is {/growth_rate} percent a year on average.
            = The compound growth rate from {start} to {end} in {years} is {/growth_rate} percent a year.

            ~ I want to judge how well an investment did.
            ~ We are selling our house and looking back.
            ~ I'm comparing my fund with the market.
            ~ My business partner asked how fast we have grown.
            """),
    ),
    output=obj(
        {
            "growth_rate": output(
                ANNUAL_RATE,
                minimum=-100,
                maximum=100_000_000,
                title="yearly growth rate",
                description="Compound growth in percent per year; negative for a loss.",
                x_phrases={
                    "refer": [
                        "the yearly growth rate that takes {start} to {end} in {years}",
                        "the average yearly growth from {start} to {end} over {years}",
                    ],
                    "again": "that growth rate",
                },
            ),
        }
    ),
)
def annual_growth_rate(start: float, end: float, years: int) -> dict[str, Any]:
    """Compute the compound annual growth rate that leads from one value to another in a number of years."""
    growth = (exact(end) / exact(start)) ** (Decimal(1) / years) - 1
    return {"growth_rate": rounded(growth * 100)}
