"""Lists that people keep: shopping, packing, things to do; numbering, sorting and comparing them."""

from typing import Annotated, Literal

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.everyday import Amount, Money, PlainText
from tool_registry.declare import Kind

tool = pure(category="checklists")

Entry = Annotated[str, Kind("entry", "An entry, in the person's own words.", minLength=1, maxLength=60)]
Entries = Annotated[
    list[Entry], Kind("entries", "The entries.", minItems=2, maxItems=20, format="entries", again="those entries")
]
Lines = Annotated[str, Kind("list", "The list as text.", format="text-made")]


class _Good(Result):
    label: Annotated[str, Kind("article", "What is bought.", minLength=1)]
    price: Annotated[Amount, Kind("price", "Price of one.", minimum=0.1)]
    quantity: Annotated[int, Kind("quantity", "How many.", minimum=1, maximum=50)]


class _Total(Result):
    total: Annotated[Money, Kind("total", "What all of it costs.")]
    pieces: Annotated[int, Kind("pieces", "How many pieces there are in all.", minimum=1)]


@tool
def shopping_total(
    goods: Annotated[list[_Good], Kind("goods", "What is bought.", minItems=2, maxItems=12, again="those goods")],
    discount_percent: Annotated[
        float, Kind("discount", "Discount on everything, in percent.", exclusiveMinimum=0, maximum=90)
    ] = 0,
    needs_bag: Annotated[bool, Kind("bag", "Add 0.30 for a carrier bag.")] = False,
) -> _Total:
    """Add up a shopping list of goods with prices and quantities, with a discount if there is one."""
    total = sum(each["price"] * each["quantity"] for each in goods) * (1 - discount_percent / 100)
    return {"total": round(total + (0.3 if needs_bag else 0), 2), "pieces": sum(each["quantity"] for each in goods)}


class _Text(Result):
    text: Lines
    entries: Annotated[int, Kind("number of entries", "How many there are.", minimum=0)]


@tool
def format_list(
    title: Annotated[PlainText, Kind("title", "Title of the list, in the person's own words.")],
    entries: Entries,
    style: Annotated[
        Literal["numbers", "letters", "dashes", "check boxes"], Kind("style", "What stands before each entry.")
    ],
    capitals: Annotated[bool, Kind("capitals", "Begin each entry with a capital.")] = False,
) -> _Text:
    """Write a list under a title with numbers, letters, dashes or check boxes before its entries."""
    signs = {"numbers": [f"{n}." for n in range(1, 21)], "letters": [f"{c})" for c in "abcdefghijklmnopqrst"]}
    before = signs.get(style) or ["-" if style == "dashes" else "[ ]"] * len(entries)
    shown = [each[:1].upper() + each[1:] if capitals else each for each in entries]
    lines = [f"{sign} {each}" for sign, each in zip(before, shown, strict=False)]
    return {"text": f"{title}: {'; '.join(lines)}", "entries": len(entries)}


class _Placed(Result):
    place: Annotated[int, Kind("place", "Place in the list, from 1.", minimum=1)]
    entry: Annotated[str, Kind("entry", "The entry.", format="entry-told")]


class _Sorted(Result):
    ordered: Annotated[list[_Placed], Kind("sorted entries", "The entries in their order.")]


@tool
def sort_entries(
    entries: Entries,
    by: Annotated[Literal["alphabet", "length"], Kind("order", "What they are sorted by.")],
    backwards: Annotated[bool, Kind("direction", "Sort from the end to the beginning.")] = False,
) -> _Sorted:
    """Sort the entries of a list by the alphabet or by their length, backwards if wanted."""
    ordered = sorted(entries, key=len if by == "length" else str.casefold, reverse=backwards)
    return {"ordered": [{"place": place, "entry": each} for place, each in enumerate(ordered, 1)]}


class _Compared(Result):
    missing: Annotated[
        list[Annotated[str, Kind("entry", "An entry.", format="entry-told")]],
        Kind("missing", "In the first list alone."),
    ]
    extra: Annotated[
        list[Annotated[str, Kind("entry", "An entry.", format="entry-told")]],
        Kind("extra", "In the second list alone."),
    ]
    shared: Annotated[int, Kind("shared entries", "How many are in both.", minimum=0)]


@tool
def compare_lists(
    needed: Annotated[Entries, Kind("first list", "What is needed.", again="the first list")],
    at_hand: Annotated[Entries, Kind("second list", "What is there.", again="the second list")],
    ignore_case: Annotated[bool, Kind("case", "Take capitals and small letters for the same.")] = True,
) -> _Compared:
    """Compare what is needed with what is at hand: what is missing, what is too much, how many are in both."""
    fold = str.casefold if ignore_case else str
    here, there = {fold(each) for each in at_hand}, {fold(each) for each in needed}
    return {
        "missing": [each for each in needed if fold(each) not in here],
        "extra": [each for each in at_hand if fold(each) not in there],
        "shared": len(here & there),
    }


class _Quantity(Result):
    label: Annotated[str, Kind("thing", "What to pack.", format="entry-told")]
    pieces: Annotated[int, Kind("pieces", "How many.", minimum=0)]


class _Packing(Result):
    pack: Annotated[list[_Quantity], Kind("packing list", "What to pack how many times.")]
    pieces: Annotated[int, Kind("pieces", "Pieces in all.", minimum=0)]


@tool
def packing_quantities(
    nights: Annotated[int, Kind("nights", "Nights away.", minimum=1, maximum=30)],
    weather: Annotated[Literal["cold", "mild", "hot"], Kind("weather", "What the weather will be like.")],
    extras: Annotated[Entries, Kind("extras", "What else comes along, once each.", minItems=1, again="those extras")],
    laundry: Annotated[bool, Kind("laundry", "Whether clothes can be washed on the way.")] = False,
) -> _Packing:
    """Tell how many shirts, pairs of socks and jumpers to pack for some nights away, beside extras."""
    days = min(nights + 1, 5) if laundry else nights + 1
    jumpers = {"cold": 1 + days // 3, "mild": 1, "hot": 0}[weather]
    shirts = days + (days // 2 if weather == "hot" else 0)
    worn = {"shirts": shirts, "pairs of socks": days, "jumpers": jumpers, **dict.fromkeys(extras, 1)}
    return {"pack": [{"label": each, "pieces": n} for each, n in worn.items()], "pieces": sum(worn.values())}


class _Due(Result):
    first: Annotated[str, Kind("first task", "What to do first.", format="entry-told")]
    hours: Annotated[float, Kind("hours", "Hours that all of it takes.", format="hours-of-work", minimum=0)]
    days: Annotated[int, Kind("days", "Days that it takes.", minimum=1)]


class _Task(Result):
    label: Annotated[str, Kind("task", "What is to be done.", minLength=1)]
    minutes: Annotated[int, Kind("minutes", "Minutes that it takes.", minimum=1, maximum=600)]
    urgent: Annotated[bool, Kind("urgency", "Whether it cannot wait.")]


@tool
def plan_tasks(
    tasks: Annotated[list[_Task], Kind("tasks", "What is to be done.", minItems=2, maxItems=10, again="those tasks")],
    hours_a_day: Annotated[
        float, Kind("hours a day", "Hours there are for it each day.", exclusiveMinimum=0, maximum=16)
    ] = 8,
    shortest_first: Annotated[bool, Kind("order", "Among equally urgent ones do short ones first.")] = True,
) -> _Due:
    """Plan tasks of some minutes each: what to do first, how many hours all take and how many days that is."""
    ordered = sorted(tasks, key=lambda each: (not each["urgent"], each["minutes"] * (1 if shortest_first else -1)))
    hours = sum(each["minutes"] for each in tasks) / 60
    if hours > 300 * hours_a_day:
        raise ToolkitError("That takes most of a year; plan less.")
    return {"first": ordered[0]["label"], "hours": round(hours, 2), "days": int(-(-hours // hours_a_day))}


TOOLS = [shopping_total, format_list, sort_entries, compare_lists, packing_quantities, plan_tasks]
