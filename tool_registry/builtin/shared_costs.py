"""Who owes what to whom: bills, trips, gifts and rents among several people."""

from typing import Annotated

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.everyday import Amount, Money, Names, PersonName, TipPercent, different
from tool_registry.declare import Kind

tool = pure(category="shared costs")


class _Payment(Result):
    name: PersonName
    paid: Annotated[Amount, Kind("amount paid", "What this person has paid, 0 for nothing.")]


class _Item(Result):
    label: Annotated[
        str,
        Kind("item", "What was ordered.", minLength=1),
    ]
    price: Annotated[Amount, Kind("price", "What it costs.", minimum=0.1)]


class _Stay(Result):
    name: PersonName
    nights: Annotated[int, Kind("nights", "How many nights the person stays.", minimum=1, maximum=60)]


class _Room(Result):
    name: PersonName
    square_metres: Annotated[
        float, Kind("floor area", "Area of the person's room in square metres.", minimum=2, maximum=200)
    ]


class _Transfer(Result):
    payer: Annotated[str, Kind("payer", "Who pays.", format="payer-name")]
    receiver: Annotated[str, Kind("receiver", "Who gets it.", format="receiver-name")]
    amount: Annotated[Money, Kind(format="plain-money")]


class _SettleShared(Result):
    each: Annotated[Money, Kind("fair share", "What everybody should have paid.", format="plain-money")]
    transfers: Annotated[list[_Transfer], Kind("transfers", "Who pays whom, the fewest that settle it.")]


@tool
def settle_up(
    payments: Annotated[
        list[_Payment],
        Kind("payments", "What each person has paid so far.", minItems=2, maxItems=10, again="those payments"),
    ],
    whole_amounts: Annotated[bool, Kind("whole amounts", "Round what is paid to whole amounts.")] = False,
) -> _SettleShared:
    """Settle costs that several people have paid for all of them: who has to pay whom how much, shared evenly."""
    different([each["name"] for each in payments])
    fair = sum(each["paid"] for each in payments) / len(payments)
    balance = {each["name"]: each["paid"] - fair for each in payments}
    transfers: list[_Transfer] = []
    for _ in range(len(payments)):
        payer, receiver = min(balance, key=lambda name: balance[name]), max(balance, key=lambda name: balance[name])
        amount = min(-balance[payer], balance[receiver])
        if amount < 0.005:
            break
        balance[payer] += amount
        balance[receiver] -= amount
        paid = float(round(amount)) if whole_amounts else round(amount, 2)
        if paid:
            transfers.append({"payer": payer, "receiver": receiver, "amount": paid})
    return {"each": round(fair, 2), "transfers": transfers}


class _ItemsTotal(Result):
    total: Annotated[Money, Kind("total", "What all of it costs.", format="money-amount")]
    items: Annotated[int, Kind("number of items", "How many there are.", minimum=1)]


@tool
def add_up_order(
    items: Annotated[
        list[_Item], Kind("items", "What was ordered, with prices.", minItems=2, maxItems=12, again="that order")
    ],
    tip_percent: TipPercent = 0,
    service_included: Annotated[
        bool, Kind("service charge", "Whether the prices include service; else 12.5 percent are added.")
    ] = True,
) -> _ItemsTotal:
    """Add up an order of several items with their prices, service and a tip where there are any."""
    total = sum(each["price"] for each in items) * (1 if service_included else 1.125) * (1 + tip_percent / 100)
    return {"total": round(total, 2), "items": len(items)}


class _Share(Result):
    name: Annotated[str, Kind("name", "Whose share it is.", format="payer-name")]
    amount: Annotated[Money, Kind(format="plain-money")]


class _Shares(Result):
    shares: Annotated[list[_Share], Kind("shares", "What each person pays, in the order given.")]


@tool
def split_by_nights(
    total: Annotated[Amount, Kind("price", "Price of the whole stay.", minimum=10)],
    stays: Annotated[list[_Stay], Kind("stays", "Who stays how long.", minItems=2, maxItems=12, again="those stays")],
    cleaning_fee: Annotated[Amount, Kind("cleaning fee", "A fee that all pay alike.")] = 0,
) -> _Shares:
    """Split the price of a holiday home by the nights that each guest stays; a cleaning fee is shared evenly."""
    different([each["name"] for each in stays])
    nights = sum(each["nights"] for each in stays)
    share = [total * each["nights"] / nights + cleaning_fee / len(stays) for each in stays]
    return {
        "shares": [{"name": each["name"], "amount": round(part, 2)} for each, part in zip(stays, share, strict=True)]
    }


@tool
def split_rent(
    rent: Annotated[Amount, Kind("rent", "Rent of the flat a month.", minimum=50)],
    rooms: Annotated[list[_Room], Kind("rooms", "Who has which room.", minItems=2, maxItems=8, again="those rooms")],
    common_share: Annotated[
        float,
        Kind(
            "common share", "Fraction of the rent, 0 to 1, that all pay alike for common rooms.", minimum=0, maximum=1
        ),
    ] = 0,
) -> _Shares:
    """Split the rent of a shared flat by the size of the rooms, a fraction of it evenly for common rooms."""
    different([each["name"] for each in rooms])
    area = sum(each["square_metres"] for each in rooms)
    shares: list[_Share] = []
    for each in rooms:
        part = rent * (1 - common_share) * each["square_metres"] / area + rent * common_share / len(rooms)
        shares.append({"name": each["name"], "amount": round(part, 2)})
    return {"shares": shares}


class _GiftShare(Result):
    each_gives: Annotated[Money, Kind("share of each", "What each of them gives.", format="plain-money")]
    givers: Annotated[int, Kind("number of givers", "How many give.", minimum=1)]


@tool
def share_gift(
    price: Annotated[Amount, Kind("price", "Price of the gift.", minimum=5)],
    givers: Names,
    wrapping: Annotated[bool, Kind("wrapping", "Add 6.50 for wrapping and a card.")] = False,
    collected: Annotated[Amount, Kind("collected", "What has been collected from others already.")] = 0,
) -> _GiftShare:
    """Share the price of a gift evenly among people, with wrapping if wanted, and tell what each of them gives."""
    different(givers)
    missing = price + (6.5 if wrapping else 0) - collected
    if missing <= 0:
        raise ToolkitError("More has been collected than it costs; nobody has to give anything.")
    return {"each_gives": round(missing / len(givers), 2), "givers": len(givers)}


TOOLS = [settle_up, add_up_order, split_by_nights, split_rent, share_gift]
