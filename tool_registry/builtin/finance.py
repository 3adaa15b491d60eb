"""Personal finance: loans, savings and returns, by exact decimal formulas.

Interest on loans and monthly savings is a twelfth of the yearly rate a month. Amounts are rounded half up to
two decimals, and only at the end.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.kinds import LargeAmount, MoneyResult, OwnAmount, PlainMoney, Principal
from tool_registry.declare import Kind

tool = pure(category="personal finance")

_LONGEST_SAVING_MONTHS = 1200

AnnualRate = Annotated[
    float,
    Kind(
        "yearly rate",
        "Rate in percent per year.",
        format="percent-per-year",
        minimum=0,
        maximum=40,
        examples=[1.5, 2, 2.5, 3, 3.25, 3.9, 4, 4.5, 4.75, 5, 5.5, 6, 6.9, 7.2, 8, 9.5, 12],
        mention=["{} percent", "{}%"],
        again="that rate",
    ),
]
Years = Annotated[
    int,
    Kind(
        "number of years",
        "Number of whole years.",
        format="duration-years",
        minimum=2,
        maximum=40,
        examples=[2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 20, 25, 30],
        mention=["{} years"],
        again="that time",
    ),
]


def exact(value: float) -> Decimal:
    """Return a number as the decimal that its digits say."""
    return Decimal(str(value))


def rounded(value: Decimal) -> float:
    """Return a decimal rounded half up to two places."""
    return float(value.quantize(Decimal("0.01"), ROUND_HALF_UP))


def fraction(percent: float) -> Decimal:
    """Return a percentage as a fraction of one."""
    return exact(percent) / 100


Goal = Annotated[LargeAmount, Kind("savings goal", "Amount to reach.")]


class _LoanPayment(Result):
    monthly_payment: Annotated[MoneyResult, Kind("monthly payment", "Constant payment at the end of each month.")]
    total_interest: Annotated[PlainMoney, Kind("total interest", "Interest paid over the whole term.")]
    total_paid: Annotated[PlainMoney, Kind("total paid back", "Sum of all payments.")]


@tool
def loan_payment(
    amount: Annotated[Principal, Kind("loan", "Amount borrowed.")], annual_rate: AnnualRate, years: Years
) -> _LoanPayment:
    """Compute the constant monthly payment of a loan, the total interest and the total paid back."""
    months, rate, principal = years * 12, fraction(annual_rate) / 12, exact(amount)
    payment = principal * rate / (1 - (1 + rate) ** -months) if rate else principal / months
    total = payment * months
    return {
        "monthly_payment": rounded(payment),
        "total_interest": rounded(total - principal),
        "total_paid": rounded(total),
    }


class _CompoundGrowth(Result):
    final_amount: Annotated[MoneyResult, Kind("final amount", "Amount at the end.")]
    gain: Annotated[float, Kind("gain", "What the investment earned; negative for a loss.")]


@tool
def compound_growth(
    amount: Annotated[Principal, Kind("investment", "Amount put in at the start.")],
    annual_rate: Annotated[AnnualRate, Kind(description="Growth in percent per year.", minimum=-20)],
    years: Years,
) -> _CompoundGrowth:
    """Compute what an amount grows to when it compounds once a year at a constant rate."""
    final = exact(amount) * (1 + fraction(annual_rate)) ** years
    return {"final_amount": rounded(final), "gain": rounded(final - exact(amount))}


class _MonthsToSavingsGoal(Result):
    months: Annotated[
        int, Kind("number of months", "Months until the balance reaches the goal.", format="duration-months", minimum=1)
    ]
    interest: Annotated[PlainMoney, Kind("interest earned", "Interest in the balance by then.")]


@tool
def months_to_savings_goal(
    goal: Goal,
    monthly: Annotated[OwnAmount, Kind("savings a month", "Amount saved each month.")],
    annual_rate: AnnualRate,
) -> _MonthsToSavingsGoal:
    """Count the months until monthly deposits, made at the end of each month with interest, reach a goal."""
    rate, deposit, balance, months = fraction(annual_rate) / 12, exact(monthly), Decimal(0), 0
    while balance < exact(goal):
        balance = balance * (1 + rate) + deposit
        months += 1
        if months > _LONGEST_SAVING_MONTHS:
            raise ToolkitError("The goal takes over 100 years; save more a month or lower the goal.")
    return {"months": months, "interest": rounded(balance - deposit * months)}


class _MonthlySavingNeeded(Result):
    monthly: Annotated[MoneyResult, Kind("monthly deposit", "Deposit needed at the end of each month.")]


@tool
def monthly_saving_needed(goal: Goal, years: Years, annual_rate: AnnualRate) -> _MonthlySavingNeeded:
    """Compute the monthly deposit that reaches a savings goal within a number of years at a given interest
    rate.
    """
    months, rate = years * 12, fraction(annual_rate) / 12
    return {"monthly": rounded(exact(goal) * rate / ((1 + rate) ** months - 1) if rate else exact(goal) / months)}


class _RealRateOfReturn(Result):
    real_rate: Annotated[
        AnnualRate, Kind("real rate of return", "Return in percent per year after inflation.", minimum=-100)
    ]


@tool
def real_rate_of_return(
    annual_rate: Annotated[AnnualRate, Kind("nominal rate", "Interest or return, percent per year.")],
    inflation: Annotated[float, Kind("inflation rate", "Rise of prices in percent per year.", minimum=0, maximum=30)],
) -> _RealRateOfReturn:
    """Compute the yearly return after inflation (Fisher's exact formula)."""
    real = (1 + fraction(annual_rate)) / (1 + fraction(inflation)) - 1
    return {"real_rate": rounded(real * 100)}


class _AnnualGrowthRate(Result):
    growth_rate: Annotated[
        AnnualRate,
        Kind(
            "yearly growth rate",
            "Compound growth in percent per year; negative for a loss.",
            minimum=-100,
            maximum=100_000_000,
        ),
    ]


@tool
def annual_growth_rate(
    start: Annotated[OwnAmount, Kind("starting value", "Value at the start.")],
    end: Annotated[OwnAmount, Kind("final value", "Value at the end.")],
    years: Years,
) -> _AnnualGrowthRate:
    """Compute the compound annual growth rate that leads from one value to another in a number of years."""
    growth = (exact(end) / exact(start)) ** (Decimal(1) / years) - 1
    return {"growth_rate": rounded(growth * 100)}


TOOLS = [
    loan_payment, compound_growth, months_to_savings_goal, monthly_saving_needed, real_rate_of_return,
    annual_growth_rate,
]  # fmt: skip
