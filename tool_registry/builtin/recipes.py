"""Cooking: scaling recipes, timing dishes, pans, ovens, kitchen measures and the energy of meals."""

from typing import Annotated, Literal

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.everyday import ClockTime, clock_of, minutes_of
from tool_registry.declare import Kind

tool = pure(category="recipes")

Measure = Literal["grams", "millilitres", "cups", "tablespoons", "teaspoons"]
Told = Annotated[str, Kind("name", "What it is called.", format="entry-told")]


class _Ingredient(Result):
    ingredient: Annotated[str, Kind("ingredient", "What it is.", minLength=1)]
    amount: Annotated[float, Kind("amount", "How much of it.", exclusiveMinimum=0)]
    unit: Annotated[Measure, Kind("unit", "What the amount is measured in.")]


class _Scaled(Result):
    ingredient: Told
    amount: Annotated[float, Kind("amount", "How much of it to take.")]
    unit: Annotated[str, Kind("unit", "As given.", format="kitchen-unit")]


class _Recipe(Result):
    factor: Annotated[float, Kind("factor", "By which the amounts are multiplied.")]
    ingredients: Annotated[list[_Scaled], Kind("ingredients", "What to take.")]


Servings = Annotated[int, Kind("servings", "For how many.", minimum=1, maximum=100)]


@tool
def scale_recipe(
    ingredients: Annotated[
        list[_Ingredient], Kind("ingredients", "With amounts.", minItems=2, maxItems=12, again="those ingredients")
    ],
    servings: Annotated[Servings, Kind("servings of the recipe")],
    wanted: Annotated[Servings, Kind("servings wanted")],
    round_amounts: Annotated[bool, Kind("rounding", "Round the amounts to whole ones.")] = False,
) -> _Recipe:
    """Scale the ingredients of a recipe from the servings that it is written for to those that are wanted."""
    factor = wanted / servings
    made: list[_Scaled] = []
    for each in ingredients:
        amount = each["amount"] * factor
        amount = float(max(round(amount), 1)) if round_amounts else round(amount, 2)
        made.append({"ingredient": each["ingredient"], "amount": amount, "unit": each["unit"]})
    return {"factor": round(factor, 3), "ingredients": made}


class _Oven(Result):
    degrees: Annotated[int, Kind("temperature", "What to set the oven to, in the unit wanted.")]
    gas_mark: Annotated[float, Kind("gas mark", "Nearest gas mark.", minimum=0.25, maximum=10)]


@tool
def oven_setting(
    temperature: Annotated[float, Kind("temperature", "Temperature of the recipe.", minimum=50, maximum=550)],
    unit: Annotated[Literal["Celsius", "Fahrenheit"], Kind("unit", "Unit of the recipe's temperature.")],
    to: Annotated[Literal["Celsius", "Fahrenheit"], Kind("unit wanted", "Unit of the oven's dial.")],
    fan: Annotated[bool, Kind("fan", "Whether the oven has a fan: then it is set 20 degrees Celsius lower.")] = False,
) -> _Oven:
    """Tell what to set an oven to for a recipe's temperature, in the unit of its dial, lower with a fan."""
    celsius = (temperature - 32) / 1.8 if unit == "Fahrenheit" else temperature
    celsius -= 20 if fan else 0
    mark = max((celsius - 121) / 14, 0.25)
    set_to = celsius * 1.8 + 32 if to == "Fahrenheit" else celsius
    return {"degrees": round(set_to / 5) * 5, "gas_mark": min(float(round(mark)) if mark >= 0.75 else 0.5, 10.0)}


class _Pan(Result):
    length: Annotated[float, Kind("length", "In centimetres.", minimum=5, maximum=80)]
    width: Annotated[float, Kind("width", "In centimetres.", minimum=5, maximum=80)]


class _PanFactor(Result):
    factor: Annotated[float, Kind("factor", "By which to multiply the amounts.")]
    eggs: Annotated[int, Kind("eggs", "Eggs to take instead.", minimum=0)]


@tool
def change_pan(
    recipe_pan: Annotated[_Pan, Kind("recipe's pan", "The pan of the recipe.", again="the recipe's pan")],
    own_pan: Annotated[_Pan, Kind("own pan", "The pan there is.", again="my own pan")],
    eggs: Annotated[int, Kind("eggs", "Eggs in the recipe.", minimum=0, maximum=20)] = 0,
) -> _PanFactor:
    """Tell by what to multiply a cake's amounts to bake it as high in another rectangular pan, and how many eggs."""
    factor = own_pan["length"] * own_pan["width"] / (recipe_pan["length"] * recipe_pan["width"])
    return {"factor": round(factor, 2), "eggs": round(eggs * factor)}


class _Dish(Result):
    dish: Annotated[str, Kind("dish", "What is cooked.", minLength=1)]
    minutes: Annotated[int, Kind("minutes", "How long it takes.", minimum=1, maximum=720)]


class _Begun(Result):
    dish: Told
    begins: Annotated[str, Kind("time", "When to begin, HH:MM.", format="clock-time-told")]


class _Schedule(Result):
    begin: Annotated[list[_Begun], Kind("starts", "When to begin each dish, the first one first.")]


@tool
def time_dishes(
    serve_at: Annotated[ClockTime, Kind("time of the meal")],
    dishes: Annotated[list[_Dish], Kind("dishes", "What is cooked.", minItems=2, maxItems=8, again="those dishes")],
    rest_minutes: Annotated[int, Kind("rest", "Minutes that all of it rests.", minimum=1, maximum=60)] = 0,
    one_at_a_time: Annotated[bool, Kind("one stove", "Whether dishes are cooked one after another.")] = False,
) -> _Schedule:
    """Tell when to begin each dish so that all are ready at the time of the meal."""
    at = minutes_of(serve_at) - rest_minutes
    begun: list[tuple[int, str]] = []
    for each in sorted(dishes, key=lambda each: each["minutes"]):
        begun.append((at - each["minutes"], each["dish"]))
        at = at - each["minutes"] if one_at_a_time else at
    return {"begin": [{"dish": dish, "begins": clock_of(start)} for start, dish in sorted(begun)]}


class _Portion(Result):
    food: Annotated[str, Kind("food", "What is eaten.", minLength=1)]
    grams: Annotated[float, Kind("grams", "How much of it in grams.", minimum=1, maximum=3000)]
    per_100: Annotated[float, Kind("energy", "Kilocalories in 100 grams.", minimum=0, maximum=900)]


class _Energy(Result):
    energy: Annotated[int, Kind("energy", "Of the whole meal, in the unit wanted.", minimum=0)]
    largest: Annotated[str, Kind("largest part", "What gives most of it.", format="entry-told")]


@tool
def energy_of_meal(
    portions: Annotated[list[_Portion], Kind("foods", "What is eaten.", minItems=2, maxItems=10, again="that meal")],
    unit: Annotated[Literal["kilocalories", "kilojoules"], Kind("unit", "Unit of the energy.")] = "kilocalories",
    people: Annotated[int, Kind("people", "Among how many the meal is shared.", minimum=2, maximum=20)] = 1,
) -> _Energy:
    """Add up the energy of a meal from the grams of each food and its energy in 100 grams, a person's share of it."""
    parts = {each["food"]: each["grams"] * each["per_100"] / 100 for each in portions}
    total = sum(parts.values()) / people * (4.184 if unit == "kilojoules" else 1)
    return {"energy": round(total), "largest": max(parts, key=lambda food: parts[food])}


class _Converted(Result):
    amount: Annotated[float, Kind("amount", "In the measure wanted.")]


_GRAMS = {"flour": 125, "sugar": 200, "butter": 227, "rice": 185, "milk": 245, "honey": 340, "oats": 90, "cocoa": 85}
_CUPS = {"cups": 1.0, "tablespoons": 1 / 16, "teaspoons": 1 / 48, "millilitres": 1 / 240}


@tool
def kitchen_measure(
    amount: Annotated[float, Kind("amount", "How much.", exclusiveMinimum=0, maximum=5000)],
    ingredient: Annotated[
        Literal["flour", "sugar", "butter", "rice", "milk", "honey", "oats", "cocoa"], Kind("ingredient", "What it is.")
    ],
    unit: Annotated[
        Literal["grams", "millilitres", "cups", "tablespoons", "teaspoons"], Kind("unit", "Unit of the amount.")
    ],
    to: Annotated[
        Literal["grams", "millilitres", "cups", "tablespoons", "teaspoons"], Kind("unit wanted", "What it is to be in.")
    ],
    heaped: Annotated[bool, Kind("heaped", "Whether cups and spoons are heaped: a quarter more.")] = False,
) -> _Converted:
    """Convert an amount of a kitchen ingredient between grams, millilitres, cups and spoons, heaped if said so."""
    if unit == to:
        raise ToolkitError(f"It is in {to} already; name another unit.")
    cups = amount / _GRAMS[ingredient] if unit == "grams" else amount * _CUPS[unit]
    cups *= 1.25 if heaped and unit in ("cups", "tablespoons", "teaspoons") else 1
    return {"amount": round(cups * _GRAMS[ingredient] if to == "grams" else cups / _CUPS[to], 2)}


TOOLS = [scale_recipe, oven_setting, change_pan, time_dishes, energy_of_meal, kitchen_measure]
