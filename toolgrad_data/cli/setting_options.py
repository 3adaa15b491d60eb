"""Options made of settings: a field of a settings' model is an option of a command, and nothing else is to be written.

    @options_of(SETTINGS)
    def generate(given: Given, config: Config = None) -> None: ...

The option's name is the field's, its type the field's type, its help the field's description with the default told.
What does not follow from these stands in the field, as an `Option` (graph/option.py). The command gets what was given
by the settings' names; what was not is absent, so that a file or the default holds. Values are judged by the model.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, StrEnum
from functools import wraps
from pathlib import Path
from types import GenericAlias, NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from rich.markup import escape

from graph.option import Option, flag_of, option_of, plain_name
from toolgrad_data.runs.deciders import ROLES

Given = dict[str, Any]


class _Value(NamedTuple):
    """How the command line reads a field: the type of one value, whether it is repeatable, and what is allowed."""

    type: Any
    repeatable: bool = False
    choices: tuple[str, ...] = ()


def options_of(fields: Mapping[str, FieldInfo], *names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return a decorator that gives a command the fields' options, those of `names` or all, in place of `given`.

    Raises LookupError for a name that has no option.
    """
    made = [one for one in option_parameters(fields) if not names or one.name in names]
    if missing := set(names) - {one.name for one in made}:
        raise LookupError(f"no field that can be an option: {', '.join(sorted(missing))}")

    def with_options(command: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(command)
        others = [one.replace(kind=one.KEYWORD_ONLY) for one in signature.parameters.values()]
        place = [one.name for one in others].index("given")

        @wraps(command)
        def called(**values: Any) -> None:
            given = {one.name: values.pop(one.name) for one in made}
            command(given={name: value for name, value in given.items() if value is not None}, **values)

        parameters = [*others[:place], *made, *others[place + 1 :]]
        called.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        return called

    return with_options


def option_parameters(fields: Mapping[str, FieldInfo]) -> list[inspect.Parameter]:
    """Return a parameter of a command for each field that the command line can hold, panel by panel."""
    panel: StrEnum | None = None
    made: list[tuple[StrEnum | None, inspect.Parameter]] = []
    for name, field in fields.items():
        said = option_of(field)
        panel = said.panel or panel
        value = _value(field.annotation)
        if value is not None:
            made.append((panel, _parameter(name, field, said, value, panel)))
    return [parameter for panel, parameter in sorted(made, key=lambda one: _rank(one[0]))]


def _rank(panel: StrEnum | None) -> int:
    return -1 if panel is None else list(type(panel)).index(panel)


def _parameter(name: str, field: FieldInfo, said: Option, value: _Value, panel: StrEnum | None) -> inspect.Parameter:
    flag = flag_of(name)
    if value.type is bool:
        flag = f"{flag}/{said.off or flag.replace('--', '--no-', 1)}"
    metavar = said.metavar or "|".join(value.choices) or None
    if said.by_role:
        metavar = f"[WHO=]{metavar or value.type.__name__}"
        value = value._replace(type=str, repeatable=True)
    info = typer.Option(
        None,
        flag,
        *([said.short] if said.short else []),
        metavar=metavar,
        help=_help(name, field, said, value),
        rich_help_panel=panel,
        autocompletion=_completion(value.choices) if value.choices else None,
    )
    type_ = GenericAlias(list, (value.type,)) if value.repeatable else value.type
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=info, annotation=type_ | None)


def _value(annotation: Any) -> _Value | None:
    """Return how the command line reads values of this type; None for what only a file can hold."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _value(inner[0])
    if origin in (Union, UnionType):
        types = [one for one in inner if one is not NoneType]
        return _value(types[0]) if len(types) == 1 else _Value(str)
    if origin is Literal:
        choices = [one for one in inner if one is not None]
        return _Value(int if {type(one) for one in choices} == {int} else str, choices=tuple(map(str, choices)))
    if origin in (list, tuple, set, frozenset, Sequence):
        item = _value(inner[0])
        return None if item is None or item.repeatable else item._replace(repeatable=True)
    if origin is dict or (isinstance(annotation, type) and issubclass(annotation, BaseModel | dict)):
        return None
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _Value(str, choices=tuple(str(one.value) for one in annotation))
    return _Value(annotation if annotation in (bool, int, float, Path) else str)


def _help(name: str, field: FieldInfo, said: Option, value: _Value) -> str:
    """Return the field's description as one sentence with what the command line can do, and the default."""
    words = escape(field.description or plain_name(name).replace("_", " ").capitalize()).removesuffix(".")
    if any(choice not in words for choice in value.choices):
        words += ": " + " or ".join(filter(None, [", ".join(value.choices[:-1]), value.choices[-1]]))
    if said.by_role:
        words += f"; for all or one of {', '.join(ROLES)}"
        words += f" (writer={field.examples[0]})" if field.examples else ""
    if value.repeatable:
        words += "; repeatable"
    default = _default_text(field.get_default(call_default_factory=True, validated_data={}))
    return f"{words} (default: {default})." if default else f"{words}."


def _default_text(default: Any) -> str:
    match default:
        case None | "":
            return ""
        case bool():
            return "yes" if default else "no"
        case float():
            return f"{default:g}"
        case Enum():
            return str(default.value)
        case list() | tuple() | set() | frozenset():
            return ", ".join(map(_default_text, default))
        case _ if default is PydanticUndefined:
            return ""
    return str(default)


def _completion(choices: Sequence[str]) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        return [choice for choice in choices if choice.startswith(incomplete)]

    return complete
