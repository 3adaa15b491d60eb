"""BFCL's rules for Python calls: does what a model called answer the question?

Written after `ast_checker.py` of BFCL v4 (https://github.com/ShishirPatil/gorilla), whose judgement it gives: types by
the function's description, values by the accepted ones, strings without case, spaces and punctuation, parallel
calls in any order. Its allowances are kept too: a whole number for a float, and a value of the type that the
accepted values have where the description names another.
"""

import re
from collections.abc import Sequence
from typing import Any

#: A tool's name and the arguments it is called with.
NamedCall = tuple[str, dict[str, Any]]

TYPES: dict[str, type] = {
    "string": str,
    "integer": int,
    "float": float,
    "boolean": bool,
    "array": list,
    "tuple": list,
    "dict": dict,
    "any": str,
}
#: Among the accepted values: the argument may be left out.
OMITTED = ""
_IGNORED = re.compile(r"[ ,./\-_*^]")


def refusal(functions: Sequence[dict[str, Any]], truth: Sequence[dict[str, Any]], calls: Sequence[NamedCall]) -> str:
    """Return why the calls do not answer the question, or an empty string when they do.

    `functions` are the question's descriptions, `truth` its ground truth: `{name: {argument: accepted values}}`.
    """
    if len(calls) != len(truth):
        return f"{len(truth)} calls are wanted, not {len(calls)}"
    left = list(calls)
    by_name = {function["name"]: function for function in functions}
    for wanted in truth:
        (name, accepted), *_ = wanted.items()
        if name not in by_name:
            return f"{name} is not described"
        reasons = [_call_refusal(by_name[name], accepted, call) for call in left]
        match = next((position for position, reason in enumerate(reasons) if not reason), None)
        if match is None:
            return f"no call matches {name}: {'; '.join(reasons)}"
        del left[match]
    return ""


def _call_refusal(function: dict[str, Any], accepted: dict[str, list[Any]], call: NamedCall) -> str:
    name, arguments = call
    if name != function["name"]:
        return f"{name} is called"
    described = function["parameters"]["properties"]
    for required in function["parameters"]["required"]:
        if required not in arguments:
            return f"{required} is required"
    for argument, value in arguments.items():
        if argument not in described or argument not in accepted:
            return f"{argument} is not expected"
        if reason := _value_refusal(described[argument], accepted[argument], value):
            return f"{argument} {reason}"
    for argument, values in accepted.items():
        if argument not in arguments and OMITTED not in values:
            return f"{argument} is missing"
    return ""


def _value_refusal(description: dict[str, Any], accepted: list[Any], value: Any) -> str:
    kind = description["type"]
    expected = TYPES[kind]
    inner = TYPES[description["items"]["type"]] if kind in ("array", "tuple") else None
    if kind == "float" and type(value) is int:
        value = float(value)
    given = _type_of_accepted(accepted)
    as_described = type(value) is expected
    if isinstance(value, list) and inner is not None and not _elements_fit(value, accepted, inner):
        return f"has elements of the wrong type for {kind}"
    if not as_described and (given is None or type(value) is not given):
        return f"has the wrong type, {type(value).__name__} for {kind}"
    # A value of another type than the description's is compared as it is.
    if not as_described or (given is not None and given is not expected):
        return "" if value in accepted else f"has the wrong value {value!r}"
    if expected is dict:
        fits = any(_object_fits(answer, value) for answer in accepted if answer != OMITTED)
    elif inner is dict:
        fits = any(len(answer) == len(value) and all(map(_object_fits, answer, value)) for answer in accepted)
    elif expected is str:
        fits = _plain(value) in [_plain(answer) for answer in accepted if isinstance(answer, str)]
    elif expected is list:
        fits = _plain_list(value) in [_plain_list(answer) for answer in accepted]
    else:
        fits = value in accepted
    return "" if fits else f"has the wrong value {value!r}"


def _type_of_accepted(accepted: Sequence[Any]) -> type | None:
    return next((type(answer) for answer in accepted if answer != OMITTED), None)


def _elements_fit(value: list[Any], accepted: list[Any], inner: type) -> bool:
    def fits(element: Any, answer: list[Any]) -> bool:
        return type(element) is inner or type(element) is _type_of_accepted(answer)

    return any(not isinstance(answer, list) or all(fits(element, answer) for element in value) for answer in accepted)


def _object_fits(answer: dict[str, list[Any]], value: dict[str, Any]) -> bool:
    for name, member in value.items():
        if name not in answer or _plain(member) not in [_plain(one) for one in answer[name]]:
            return False
    return all(name in value or OMITTED in values for name, values in answer.items())


def _plain_list(value: Any) -> list[Any]:
    return [_plain(element) for element in value]


def _plain(value: Any) -> Any:
    """Return a string as BFCL compares it; anything else as it is."""
    return _IGNORED.sub("", value).lower().replace("'", '"') if isinstance(value, str) else value
