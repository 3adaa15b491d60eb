"""Right or wrong by BFCL's own checker, and what kinds of arguments a question makes a model state."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any

from bench.lift.forms import PYTHON, Form
from bench.lift.questions import Question, whole_as_float
from bench.lift.reading import Named

#: Kinds of what a question makes a model state, in the order of the table.
KINDS = ("one argument", "two", "three or more", "array or object", "boolean", "optional stated", "dotted name")
_ARRAYS = frozenset(("array", "tuple", "list", "dict", "object"))
_OURS = "ours"


@dataclass(frozen=True)
class Grade:
    """What an answer is worth. `named` says that the right functions were called, `error` what is wrong."""

    right: bool
    strict: bool
    declined: bool
    named: bool = False
    error: str = ""


@cache
def _checker() -> Callable[[Question, list[Named]], dict[str, Any]]:
    """Return BFCL's checker. Its table of models, which needs gigabytes to import, is stood in for by one row."""
    table = ModuleType("bfcl_eval.constants.model_config")
    vars(table)["MODEL_CONFIG_MAPPING"] = {_OURS: SimpleNamespace(underscore_to_dot=False)}
    sys.modules[table.__name__] = table
    check = import_module("bfcl_eval.eval_checker.ast_eval.ast_checker").ast_checker
    python = import_module("bfcl_eval.constants.enums").Language.PYTHON

    def checked(question: Question, calls: list[Named]) -> dict[str, Any]:
        truth = list(question.truth or ())
        found: dict[str, Any] = check(list(question.functions), calls, truth, python, question.check, _OURS)
        return found

    return checked


def grade(question: Question, text: str, form: Form = PYTHON) -> Grade:
    """Return what the answer is worth; of any text the first calls in it count."""
    calls = form.find_calls(text)
    strict, declined = form.is_strict(text), form.declines(text)
    if question.truth is None:
        return Grade(calls is None, strict, declined, error="" if calls is None else "calls")
    if calls is None:
        return Grade(False, strict, declined, error="declined" if declined else "no call")
    wanted = sorted(name for call in question.truth for name in call)
    named = sorted(name for call in calls for name in call) == wanted
    try:
        verdict = _checker()(question, _told(question, calls))
    except Exception as error:  # The checker itself fails on some values.
        verdict = {"valid": False, "error_type": f"checker:{type(error).__name__}"}
    right = bool(verdict["valid"])
    return Grade(right, strict, declined, named, "" if right else _in_words(question, calls, verdict))


def _told(question: Question, calls: list[Named]) -> list[Named]:
    """Return the calls as they are graded: BFCL's questions as its checker has them, ours without its strictness."""
    if question.set != "own":
        return calls
    known = {one["name"]: one["parameters"].get("properties", {}) for one in question.functions}
    return [
        {name: {key: whole_as_float(value, known.get(name, {}).get(key)) for key, value in arguments.items()}}
        for call in calls
        for name, arguments in call.items()
    ]


def _in_words(question: Question, calls: list[Named], verdict: dict[str, Any]) -> str:
    """Return the kind of mistake."""
    if len(calls) != len(question.truth or ()):
        return "another number of calls"
    kind = str(verdict.get("error_type", "")).partition(":")
    told = " ".join(map(str, verdict.get("error", [])))
    if "Missing required parameter" in told or "optional" in told.lower():
        return "argument missing"
    if "Unexpected parameter" in told:
        return "argument that is none"
    names = {
        "simple_function_checker": {"wrong_func_name": "wrong function"},
        "type_error": dict.fromkeys(("simple", "nested"), "wrong type"),
        "value_error": {"string": "wrong string", "list/tuple": "wrong list", "others": "wrong value"},
    }
    return names.get(kind[0], {}).get(kind[2], kind[0].replace("_", " ") or "other")


def kinds_of(question: Question) -> frozenset[str]:
    """Return the kinds of what the right calls state; `one argument` and so on are plain ones alone."""
    found: set[str] = set()
    most = 0
    for name, schema, accepted, required in _calls(question):
        stated = {key: values for key, values in accepted.items() if "" not in values}
        most = max(most, len(stated))
        found |= {"dotted name"} if "." in name else set()
        for key in stated:
            kind = schema.get(key, {}).get("type")
            found |= {"array or object"} if kind in _ARRAYS else set()
            found |= {"boolean"} if kind == "boolean" else set()
            found |= {"optional stated"} if key not in required else set()
    if not found - {"dotted name"} and question.truth:
        found.add("one argument" if most <= 1 else "two" if most == 2 else "three or more")
    return frozenset(found)


def _calls(question: Question) -> Iterator[tuple[str, dict[str, Any], dict[str, list[Any]], list[str]]]:
    functions = {one["name"]: one["parameters"] for one in question.functions}
    for call in question.truth or ():
        for name, accepted in call.items():
            schema = functions.get(name, {})
            yield name, schema.get("properties", {}), accepted, schema.get("required", [])
