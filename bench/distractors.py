"""Tools to hide the built-in ones among, as the families of a public API catalogue: real functions, no data.

`FAMILIES`: 60 fields of life with 8 questions each. Three tools of a field lead nowhere, two find a thing by its name,
and from the name a chain of three goes on (who keeps it, under which permit, what the permit allows). Names are known
by their words alone, keepers and permits by a format. `LOOSE`: the same fields with 8 questions each that lead
nowhere. No field has anything to do with another or with the built-in tools. An answer follows from the tool and its
arguments alone.
"""

import hashlib
import inspect
import json
import random
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from tool_registry.declare import annotate

FIELDS = (
    "hotel;recipe;concert;museum;novel;film;railcar;vacancy;flat;garden;ferry;flea market;evening course;hiking trail;"
    "clinic;cafe;theatre;bicycle;parcel;beach;campsite;vineyard;brewery;library;playground;swimming pool;ski lift;"
    "car park;charging station;podcast;board game;video game;football club;marathon;chess opening;dog breed;houseplant;"
    "mushroom;wine;cheese;perfume;watch model;guitar;violin;tea;coffee roast;orchard;farm stall;bakery;tattoo studio;"
    "choir;circus;puppet play;climbing wall;sauna;lighthouse;canal boat;tandem;kite;snowshoe tour"
).split(";")

_NAMES = (
    "Aster;Birch;Clover;Dahlia;Elder;Fennel;Gentian;Heather;Iris;Jasmine;Laurel;Mallow;Nettle;Orchid;Primrose;Rowan;"
    "Sorrel;Thistle;Verbena;Willow"
).split(";")
Region = Literal["north", "south", "east", "west"]
Size = Literal["small", "medium", "large"]

#: Per question: the description, the parameters, the members of the answer. `*` is the field's own noun.
_QUESTIONS: dict[str, tuple[str, str, str]] = {
    "search": ("Find the best rated {noun} of a region", "region limit", "* rating votes"),
    "ranking": ("Find out which {noun} led the yearly ranking", "season region", "* points"),
    "rating": ("Find out how people rate a {noun} and who keeps it", "*", "rating votes keeper"),
    "registration": ("Look up the registration of a {noun} by its keeper", "keeper", "permit"),
    "permit": ("Check what a {noun} permit allows", "permit", "allowed remark"),
    "latest": ("Find out what is new about {noun} registrations", "region limit", "votes remark"),
    "estimate": ("Estimate how much care a {noun} needs", "size region", "effort remark"),
    "rules": ("Find out the {noun} rules of a region", "region size", "remark allowed"),
    "tips": ("Get tips for choosing a {noun} of some size", "size", "remark effort"),
    "entries": ("Count the votes for {noun} entries of a region", "region limit", "votes rating"),
    "champion": ("Count the points of the best {noun} of a season", "season", "points"),
    "allowance": ("Find out whether a region allows a {noun} of some size", "region size", "allowed"),
    "history": ("Find out the {noun} history of a season", "season region", "remark votes"),
}
_IN_FAMILIES = "search ranking rating registration permit latest estimate rules".split()
_LOOSE = "latest estimate rules tips entries champion allowance history".split()


def _kind(type_: Any, title: str, kind: str) -> Any:
    return Annotated[type_, Field(title=title, json_schema_extra={"format": kind})]


def _parameters(noun: str) -> dict[str, Any]:
    rng = random.Random(noun)

    def asked(type_: Any, description: str, examples: list[Any]) -> Any:
        return Annotated[type_, Field(description=description, examples=examples or None)]

    permits = [_permit(noun, rng) for _ in range(12)]
    return {
        "limit": asked(Annotated[int, Field(ge=1, le=50, title="number of entries")], "Entries at most.", [3, 5, 8]),
        "season": asked(Annotated[int, Field(title="season")], "Year of the ranking.", [2021, 2022, 2023, 2024]),
        "region": asked(Annotated[Region, Field(title="region")], "Part of the country.", []),
        "size": asked(Annotated[Size, Field(title="size")], f"How big the {noun} is.", []),
        "keeper": asked(_kind(str, "keeper", f"{noun}-keeper"), f"Keeper of the {noun}.", rng.sample(_NAMES, 12)),
        "permit": asked(_kind(str, "permit", f"{noun}-permit"), f"Permit of the {noun}.", permits),
        _member(noun): asked(
            Annotated[str, Field(title=noun)], f"What the {noun} is called.", [f"{a} House" for a in _NAMES]
        ),
    }


def _answers(noun: str) -> dict[str, Any]:
    return {
        _member(noun): Annotated[str, Field(title=noun)],
        "rating": Annotated[float, Field(title="rating")],
        "votes": Annotated[int, Field(title="number of votes")],
        "keeper": _kind(str, "keeper", f"{noun}-keeper"),
        "permit": _kind(str, "permit", f"{noun}-permit"),
        "points": Annotated[int, Field(title="ranking points")],
        "allowed": Annotated[bool, Field(title="permission")],
        "effort": Annotated[float, Field(title="weekly effort")],
        "remark": Annotated[str, Field(title="remark")],
    }


def _member(noun: str) -> str:
    return noun.replace(" ", "_")


def _permit(noun: str, rng: random.Random) -> str:
    return f"{noun[:3].upper()}-{rng.randint(1000, 9999)}"


def _tool(noun: str, question: str) -> Callable[..., Any]:
    sentence, takes, gives = _QUESTIONS[question]
    known, told = _parameters(noun), _answers(noun)
    parameters = {name: known[name] for name in takes.replace("*", _member(noun)).split()}
    members = {name: told[name] for name in gives.replace("*", _member(noun)).split()}
    answer = TypedDict("answer", members)  # type: ignore[misc]

    def call(**arguments: Any) -> dict[str, Any]:
        return _answer(noun, question, arguments, list(members))

    call.__name__ = f"{_member(noun)}_{question}"
    call.__doc__ = f"{sentence.format(noun=noun)}."
    call.__annotations__ = {**parameters, "return": answer}
    call.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY) for each in parameters]
    )
    return annotate(read_only=True, deterministic=True, idempotent=True, open_world=False, category=noun)(call)


def _answer(noun: str, question: str, arguments: dict[str, Any], members: list[str]) -> dict[str, Any]:
    key = f"{noun} {question} {json.dumps(arguments, sort_keys=True, default=str)}"
    rng = random.Random(hashlib.sha256(key.encode()).digest())
    values = {
        _member(noun): f"{rng.choice(_NAMES)} {rng.choice(_NAMES)}",
        "keeper": rng.choice(_NAMES),
        "rating": round(rng.uniform(1, 5), 1),
        "votes": rng.randint(10, 900),
        "points": rng.randint(10, 300),
        "permit": _permit(noun, rng),
        "allowed": rng.random() < 0.5,
        "effort": round(rng.uniform(0.5, 12), 1),
        "remark": f"{rng.choice(_NAMES)} grade {rng.randint(1, 9)}",
    }
    return {member: values[member] for member in members}


FAMILIES = [_tool(noun, question) for noun in FIELDS for question in _IN_FAMILIES]
LOOSE = [_tool(noun, question) for noun in FIELDS for question in _LOOSE]
