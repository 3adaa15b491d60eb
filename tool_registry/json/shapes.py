"""The shape of a result: its types and members, whatever the values."""

from typing import Any

from tool_registry.json.inferring import infer_schema
from tool_registry.json.pointer import escape


def shape_difference(a: Any, b: Any) -> tuple[str, str] | None:
    """Return where (JSON Pointer; `*` for the items of a list) and how the shapes of two JSON values differ, or None.

    Compared are the schemas that `infer_schema` finds. Null fits any type, an integer is a number, an empty list
    fits any list. An object has the same members in both; the items of a list, which may leave some out, have at
    least one in common.
    """
    return _differ(infer_schema([a]), infer_schema([b]), "", in_items=False)


def _differ(a: dict[str, Any], b: dict[str, Any], where: str, *, in_items: bool) -> tuple[str, str] | None:
    types, other = _types(a), _types(b)
    if types and other and not (types & other if in_items else types == other):
        return where, f"{_words(types)} was recorded, now it is {_words(other)}"
    members, others = a.get("properties", {}), b.get("properties", {})
    if "object" in types and "object" in other:
        apart = [name for name in [*members, *others] if (name in members) != (name in others)]
        if in_items and members.keys() & others.keys():
            apart = []
        if apart:
            said = "recorded, now it is missing" if apart[0] in members else "not recorded"
            return f"{where}/{escape(apart[0])}", f"the member was {said}"
        for name in (name for name in members if name in others):
            found = _differ(members[name], others[name], f"{where}/{escape(name)}", in_items=in_items)
            if found is not None:
                return found
    if "items" in a and "items" in b:
        return _differ(a["items"], b["items"], f"{where}/*", in_items=True)
    return None


def _types(schema: dict[str, Any]) -> set[str]:
    said = schema.get("type", [])
    types = {said} if isinstance(said, str) else set(said)
    if "integer" in types:
        types = types - {"integer"} | {"number"}
    return types - {"null"}


def _words(types: set[str]) -> str:
    return " or ".join(sorted(types))
