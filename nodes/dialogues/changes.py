"""Which call could be made again with another value, as a person who changes their mind would have it."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from nodes.dialogues.given import Chain, Given, is_telling
from nodes.dialogues.plan import ChangedCall
from nodes.proofs.unsayable import unsayable
from tool_registry.json.pointer import equal, tokens
from tool_registry.json.schema import closed_values, validation_errors
from tool_registry.permissions import effective

#: Calls that one change of mind makes anew, the changed one included.
AGAIN_MAX = 3
#: By how much a whole number or a day is changed.
_MORE = (1, 2, -1, 5)
_DAYS = (1, 2, 7, -1)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def changes_of(chain: Chain, step: str) -> Iterator[ChangedCall]:
    """Yield the step with one other value each, the likeliest first; nothing where it may not be made twice."""
    if not may_repeat(chain, step):
        return
    call = chain.by_id[step]
    spec = chain.specs.get(call.tool)
    for given in chain.given[step] if spec is not None else ():
        if unsayable(given.value, given.leaf.place.schema) or _is_said_elsewhere(chain, given):
            continue
        for value in other_values(chain, given):
            arguments = replaced(call.arguments, tokens(given.pointer), value)
            if not validation_errors(given.leaf.parameters, arguments) and not _is_made(chain, call.tool, arguments):
                yield ChangedCall(step=step, arguments=arguments)


def may_repeat(chain: Chain, step: str) -> bool:
    """Say whether the call may be made once more with other arguments: it reads, or its last effect is all there is."""
    call = chain.by_id[step]
    spec = chain.specs.get(call.tool)
    return spec is not None and (effective(spec).read_only is True or effective(spec).idempotent is True)


def other_values(chain: Chain, given: Given) -> Iterator[Any]:
    """Yield other values for the leaf: of its schema, of the chain where the format is the same, or one near it.

    Of a call that changes something only what it is set to, not what is changed, which its first parameter names:
    another thing changed would leave the first one changed.
    """
    schema, value = given.leaf.place.schema, given.value
    if isinstance(value, bool):
        return
    first = next(iter(given.leaf.parameters.get("properties") or ()), None)
    if chain.writes(chain.by_id[given.step]) and tokens(given.pointer)[:1] == [first]:
        return
    found: list[Any] = list(closed_values(schema))
    found += schema["examples"] if isinstance(schema.get("examples"), list) else []
    kind = schema.get("format")
    others = (each for step in chain.by_id for each in chain.given[step])
    found += [each.value for each in others if kind and each.leaf.place.schema.get("format") == kind]
    found += _near(value)
    for other in found:
        if type(other) is type(value) and not equal(other, value) and not unsayable(other, schema):
            yield other


def _near(value: Any) -> list[Any]:
    if isinstance(value, int):
        return [value + more for more in _MORE if value > 0 < value + more]
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            day = date.fromisoformat(value)
            return [(day + timedelta(days=days)).isoformat() for days in _DAYS]
        except (ValueError, OverflowError):
            return []
    return []


def replaced(document: Any, path: list[str], value: Any) -> Any:
    """Return a copy of the document with another value at the path."""
    if not path:
        return value
    if isinstance(document, list):
        return [replaced(item, path[1:], value) if str(i) == path[0] else item for i, item in enumerate(document)]
    return {name: replaced(item, path[1:], value) if name == path[0] else item for name, item in document.items()}


def _is_said_elsewhere(chain: Chain, given: Given) -> bool:
    """Say whether a call that does not depend on this one takes the value too: who changes it there, changes it all."""
    others = chain.by_id.keys() - {given.step, *chain.dependents(given.step)}
    return is_telling(given.value) and chain.says(others, given.value)


def _is_made(chain: Chain, tool: str, arguments: dict[str, Any]) -> bool:
    return any(step.tool == tool and equal(step.arguments, arguments) for step in chain.steps)
