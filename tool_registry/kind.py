"""What a value is, in its type: `Annotated[str, Kind("airport", "IATA code of the airport.")]`."""

from collections.abc import Mapping
from typing import Any

#: How to speak of a value, as docs/phrases.md tells: of a result for what a later call takes from it, of a parameter
#: for what the person says.
_OF_RESULTS, _OF_PARAMETERS = ("refer", "listed"), ("mention", "made", "yes", "no")
#: The `format` of what a person says in words of their own, of one thing alone: a list's title is no meeting's.
OWN_WORDS = "words-as-they-are"
#: What `again` is called in a result until something refers to the value: then only is it said again.
UNSAID = "x-again"


class Kind:
    """What a value is: its title, its description and more of JSON Schema, in the `Annotated` of its type.

        Airport = Annotated[str, Kind("airport", "IATA code of an airport.", pattern="^[A-Z]{3}$", again="that one")]
        Origin = Annotated[Airport, Kind("departure airport")]

    A later one of a type overrides members of an earlier one, and None takes a member away. `labels` are the words
    for each value of a closed set, and with `others`, a pattern and what it stands for, of an open one. `mention`,
    `made`, `again`, `yes`, `no`, `refer` and `listed` are the value's `x-phrases`. Of a result the `examples`,
    `mention`, `made`, `yes` and `no` are left out, and `again` where there is no `refer`: so a type serves for a
    parameter and for a result. A function whose parameters have a kind each gets them as they stand in JSON (a float
    may be an int).
    """

    def __init__(
        self,
        title: str | None = None,
        description: str | None = None,
        /,
        *,
        labels: Mapping[Any, str] | None = None,
        others: tuple[str, str] | None = None,
        **members: Any,
    ) -> None:
        if title is not None:
            members["title"] = title
        if description is not None:
            members["description"] = description
        if labels is not None:
            choices = [{"const": value, "title": words} for value, words in labels.items()]
            if others is None:
                members["oneOf"] = choices
            else:
                members["anyOf"] = [*choices, {"pattern": others[0], "title": others[1]}]
        self._phrases = {
            name: members.pop(name) for name in ("again", *_OF_PARAMETERS, *_OF_RESULTS) if name in members
        }
        self._taken_away = [name for name, member in members.items() if member is None]
        self._members = members

    def over(self, schema: dict[str, Any], *, is_result: bool) -> dict[str, Any]:
        """Return the schema of a type, with what earlier kinds said of it, under this kind."""
        made = {**_with_list_of_types(schema), **self._members}
        if self._phrases:
            spoken = {**made.pop("x-phrases", {}), **self._phrases}
            if is_result:
                for name in _OF_PARAMETERS:
                    spoken.pop(name, None)
                spoken.setdefault("again", made.pop(UNSAID, None))
                if not any(name in spoken for name in _OF_RESULTS):
                    made[UNSAID] = spoken.pop("again")
            said = {name: phrase for name, phrase in spoken.items() if phrase is not None}
            if said:
                made["x-phrases"] = said
        if is_result:
            made.pop("examples", None)
        for name in self._taken_away:
            made.pop(name, None)
        return made

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return self.over(handler(schema), is_result=handler.mode == "serialization")


def _with_list_of_types(schema: dict[str, Any]) -> dict[str, Any]:
    """Return pydantic's schema of `float | None` as a value of two types."""
    either = schema.get("anyOf", [])
    if len(either) != 2 or either[1] != {"type": "null"} or either[0].keys() != {"type"}:
        return schema
    rest = {name: member for name, member in schema.items() if name != "anyOf"}
    return {**rest, "type": [either[0]["type"], "null"]}


def with_phrases(schema: dict[str, Any], phrases: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a value with more `x-phrases`."""
    made = dict(schema)
    unsaid = made.pop(UNSAID, None)
    made["x-phrases"] = {**({"again": unsaid} if unsaid else {}), **made.get("x-phrases", {}), **phrases}
    return made


def without_unsaid(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a result without what its kinds have for the case that something refers to their values."""
    made = {name: member for name, member in schema.items() if name != UNSAID}
    for name in ("properties", "$defs"):
        if name in made:
            made[name] = {each: _cleaned(member) for each, member in made[name].items()}
    for name in ("items", "additionalProperties"):
        if name in made:
            made[name] = _cleaned(made[name])
    for name in ("anyOf", "oneOf", "allOf", "prefixItems"):
        if name in made:
            made[name] = [_cleaned(member) for member in made[name]]
    return made


def _cleaned(schema: Any) -> Any:
    return without_unsaid(schema) if isinstance(schema, dict) else schema
