"""Money at home: offers, discounts, budgets, savings, pay and commissions. Some rates are fractions, some percent."""

from typing import Annotated, Literal

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.everyday import Amount, Money
from tool_registry.declare import Kind

tool = pure(category="household money")

PlainMoney = Annotated[Money, Kind(format="plain-money")]
Fraction = Annotated[float, Kind("rate", "As a fraction, 0.05 for 5 percent.", minimum=0, maximum=1)]
Told = Annotated[str, Kind("name", "What it is called.", format="entry-told")]


class _Offer(Result):
    shop: Annotated[str, Kind("shop", "Who offers it.", minLength=1)]
    price: Annotated[Amount, Kind("price", "Price of the pack.", minimum=0.1)]
    size: Annotated[float, Kind("size", "Weight of the pack.", exclusiveMinimum=0)]


class _Cheapest(Result):
    shop: Told
    per_kilogram: Annotated[PlainMoney, Kind("price for a kilogram", "Of the cheapest offer.")]
    saved_percent: Annotated[float, Kind("saving", "Percent that it is below the dearest.", minimum=0, maximum=100)]


@tool
def cheapest_offer(
    offers: Annotated[
        list[_Offer], Kind("offers", "Packs of one thing.", minItems=2, maxItems=8, again="those offers")
    ],
    unit: Annotated[Literal["grams", "ounces"], Kind("unit", "What the weights are in.")],
    delivery: Annotated[Amount, Kind("delivery", "Charge that comes on top of each offer.", minimum=0.5)] = 0,
) -> _Cheapest:
    """Find the offer with the lowest price for a kilogram among packs of several weights, in grams or ounces."""
    kilogram = 1000 if unit == "grams" else 1000 / 28.349523125
    prices = {each["shop"]: (each["price"] + delivery) / each["size"] * kilogram for each in offers}
    best = min(prices, key=lambda shop: prices[shop])
    saved = 100 * (1 - prices[best] / max(prices.values()))
    return {"shop": best, "per_kilogram": round(prices[best], 2), "saved_percent": round(saved, 1)}


class _Discounted(Result):
    pays: Annotated[Money, Kind("price to pay", "After all discounts.", format="money-amount")]
    saved: Annotated[PlainMoney, Kind("saving", "What is saved.")]


@tool
def stack_discounts(
    price: Annotated[Amount, Kind("price", "Before the discounts.", minimum=1)],
    discounts: Annotated[
        list[Annotated[float, Kind("discount", "In percent.", exclusiveMinimum=0, maximum=90)]],
        Kind(
            "discounts", "In percent, in the order they are taken off.", minItems=2, maxItems=5, again="those discounts"
        ),
    ],
    added_up: Annotated[bool, Kind("added up", "Whether the percentages are added and taken off once.")] = False,
) -> _Discounted:
    """Take several discounts in percent off a price, one after another or added up."""
    left = price
    if added_up:
        left = price * max(1 - sum(discounts) / 100, 0)
    else:
        for each in discounts:
            left *= 1 - each / 100
    return {"pays": round(left, 2), "saved": round(price - left, 2)}


class _Expense(Result):
    label: Annotated[str, Kind("expense", "What it is for.", minLength=1)]
    amount: Annotated[Amount, Kind("amount", "What it costs a month.", minimum=1)]


class _Budget(Result):
    left: Annotated[float, Kind("rest", "What is left a month, below zero where it does not do.", format="plain-money")]
    share_spent: Annotated[float, Kind("share spent", "Fraction of the income that is spent.")]


@tool
def monthly_budget(
    income: Annotated[Amount, Kind("income", "Income a month.", minimum=100)],
    expenses: Annotated[
        list[_Expense], Kind("expenses", "What is paid a month.", minItems=2, maxItems=12, again="those expenses")
    ],
    savings_rate: Annotated[
        Fraction, Kind("savings rate", "Fraction of the income put aside, 0.1 for 10 percent.")
    ] = 0,
) -> _Budget:
    """Tell what is left of a monthly income after expenses and a fraction of it that is put aside."""
    spent = sum(each["amount"] for each in expenses)
    left = income * (1 - savings_rate) - spent
    return {"left": round(left, 2) + 0.0, "share_spent": round(spent / income, 3)}


class _Saved(Result):
    total: Annotated[Money, Kind("savings", "What there is at the end.")]
    interest: Annotated[PlainMoney, Kind("interest", "What of it is interest.")]


@tool
def saving_plan(
    monthly: Annotated[Amount, Kind("monthly amount", "What is put aside each month.", minimum=1)],
    years: Annotated[int, Kind("years", "For how many years.", minimum=1, maximum=60)],
    rate: Annotated[Fraction, Kind("interest rate", "Interest a year as a fraction, 0.03 for 3 percent.", maximum=0.5)],
    start: Annotated[Amount, Kind("first amount", "What is there at the beginning.", minimum=1)] = 0,
    at_month_start: Annotated[bool, Kind("time", "Whether it is paid in on the first of the month.")] = False,
) -> _Saved:
    """Tell what monthly savings grow to in some years at a yearly interest rate that is given as a fraction."""
    total, month = float(start), 1 + rate / 12
    for _ in range(12 * years):
        total = (total + monthly) * month if at_month_start else total * month + monthly
    return {"total": round(total, 2), "interest": round(total - start - 12 * years * monthly, 2)}


class _Commission(Result):
    commission: Annotated[Money, Kind("commission", "What the seller gets.", format="plain-money")]
    sold: Annotated[PlainMoney, Kind("sales", "All sales together.", minimum=0)]


@tool
def sales_commission(
    sales: Annotated[
        list[Annotated[Amount, Kind("sale", "What was sold for.", minimum=1)]],
        Kind("sales", "Amounts of the sales.", minItems=2, maxItems=12, again="those sales"),
    ],
    rate_percent: Annotated[
        float, Kind("commission rate", "In percent, 5 for 5 percent.", exclusiveMinimum=0, maximum=60)
    ],
    free_amount: Annotated[Amount, Kind("free amount", "Sales up to which nothing is paid.", minimum=1)] = 0,
) -> _Commission:
    """Work out a seller's commission in percent on several sales, above an amount that is free."""
    sold = sum(sales)
    if sold <= free_amount:
        raise ToolkitError("The sales do not reach the free amount, so there is no commission.")
    return {"commission": round((sold - free_amount) * rate_percent / 100, 2), "sold": round(sold, 2)}


class _Late(Result):
    fee: Annotated[PlainMoney, Kind("fee", "What the delay costs.")]
    total: Annotated[Money, Kind("total", "Bill and fee.", format="plain-money")]


@tool
def late_fee(
    bill: Annotated[Amount, Kind("bill", "What is owed.", minimum=1)],
    days_late: Annotated[int, Kind("days", "Days after the last day.", minimum=1, maximum=730)],
    daily_rate: Annotated[
        float, Kind("daily rate", "Fraction a day, 0.001 for 0.1 percent.", exclusiveMinimum=0, maximum=0.1)
    ],
    compounded: Annotated[bool, Kind("compounding", "Whether fees are charged on fees.")] = False,
) -> _Late:
    """Work out what a late payment costs at a daily rate that is given as a fraction."""
    factor = (1 + daily_rate) ** days_late - 1 if compounded else daily_rate * days_late
    return {"fee": round(bill * factor, 2), "total": round(bill * (1 + factor), 2)}


TOOLS = [cheapest_offer, stack_discounts, monthly_budget, saving_plan, sales_commission, late_fee]
