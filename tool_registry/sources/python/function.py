"""A function with type hints as a tool."""

import inspect
import json
from collections.abc import Callable
from types import MethodType
from typing import Any, NotRequired
from weakref import WeakKeyDictionary

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from typing_extensions import get_type_hints

from tool_registry.calling.failures import tool_error
from tool_registry.calling.threads import in_thread
from tool_registry.declare import Declared
from tool_registry.json.native import NotJSONError, to_json_native
from tool_registry.json.pointer import escape
from tool_registry.json.schema import validation_errors
from tool_registry.kind import without_unsaid
from tool_registry.result import ToolFailure
from tool_registry.sources.python.docstring import Docstring
from tool_registry.sources.python.kind_schema import object_schema
from tool_registry.sources.python.phrases import section_of, with_section
from tool_registry.sources.python.type_schema import NOT_A_TYPE, json_schema, output_schema
from tool_registry.sources.python.typed_dicts import modern, typed_dict
from tool_registry.sources.python.words import in_words
from tool_registry.spec import ToolSpec, mapped_name
from tool_registry.tool import LoadError, Tool

#: What was read off the methods of classes: declared, category, the spec and the arguments.
_methods: "WeakKeyDictionary[Callable[..., Any], tuple[Declared, str, tuple[ToolSpec, _Arguments]]]" = (
    WeakKeyDictionary()
)


def function_tool(function: Callable[..., Any], declared: Declared, category: str) -> Tool:
    """Return the function as a tool: parameters from its type hints, descriptions from its docstring.

    Arguments reach the function as its own types (dates, enums, models), converted by pydantic. A coroutine
    function is awaited; any other runs in a thread. Raises LoadError naming the function and the parameter
    for a missing or unusable type hint, `*args` and `**kwargs`.
    """
    spec, arguments = _read_once(function, declared, category)

    async def call(given: dict[str, Any]) -> Any:
        if inspect.iscoroutinefunction(function):
            positional, named = arguments.convert(given)
            return await function(*positional, **named)
        answer = await in_thread(_convert_and_call, given)
        return await answer if inspect.isawaitable(answer) else answer

    def _convert_and_call(given: dict[str, Any]) -> Any:
        positional, named = arguments.convert(given)
        return function(*positional, **named)

    return Tool(spec, call)


def _read_once(function: Callable[..., Any], declared: Declared, category: str) -> "tuple[ToolSpec, _Arguments]":
    """Return what `_read` does; of a method once for all its objects, of which each session may have one."""
    if not isinstance(function, MethodType):
        return _read(function, declared, category)
    known = _methods.get(function.__func__)
    if known is None or known[:2] != (declared, category):
        known = _methods[function.__func__] = (declared, category, _read(function, declared, category))
    return known[2]


def _read(function: Callable[..., Any], declared: Declared, category: str) -> "tuple[ToolSpec, _Arguments]":
    name = _name(function)
    signature = _signature(function, name)
    hints = _hints(function, name)
    arguments = _Arguments(function, name, signature, hints)
    docstring = Docstring(inspect.getdoc(function) or "")
    parameters = {**arguments.schema(docstring.parameters), **(declared.json_schema_extra or {})}
    output = output_schema(hints.get("return", Any))
    section = section_of(function)
    if section is not None:
        parameters, output = with_section(section, parameters, output)
    spec = ToolSpec(
        name=mapped_name(name),
        original_name=name if mapped_name(name) != name else None,
        description=docstring.summary or f"{in_words(name).capitalize()}.",
        parameters=parameters,
        output_schema=None if output is None else without_unsaid(output),
        category=declared.category or category,
        source="python",
        annotations=declared.annotations,
    )
    return spec, arguments


def _is_integer(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "integer"


class _Arguments:
    """The parameters of a function: as they stand in JSON where each has a kind, else as one pydantic type."""

    def __init__(
        self, function: Callable[..., Any], name: str, signature: inspect.Signature, hints: dict[str, Any]
    ) -> None:
        self._function = name
        self._parameters = signature.parameters
        self._types: dict[str, Any] = {}
        for parameter in signature.parameters.values():
            self._types[parameter.name] = modern(_hint(function, name, parameter, hints))
        self._plain = object_schema(self._types, self._required(), is_result=False) if self._types else None
        self._adapter = None if self._plain is not None else self._build()
        self._integers = {name for name, each in (self._plain or {}).get("properties", {}).items() if _is_integer(each)}

    def _required(self) -> list[str]:
        return [name for name, each in self._parameters.items() if each.default is inspect.Parameter.empty]

    def _build(self) -> TypeAdapter[Any]:
        # A TypedDict, not a model: any parameter name is allowed ("schema", "json"), and what is left out
        # stays out, so that the function's own defaults apply.
        members = {
            each: type_ if self._parameters[each].default is inspect.Parameter.empty else NotRequired[type_]
            for each, type_ in self._types.items()
        }
        arguments = typed_dict("Arguments", members, ConfigDict(extra="forbid"))
        try:
            adapter: TypeAdapter[Any] = TypeAdapter(arguments)
            json_schema(adapter, "validation")
        except NOT_A_TYPE as error:
            raise self._unusable(error) from error
        return adapter

    def _unusable(self, error: Exception) -> LoadError:
        for name, type_ in self._types.items():
            try:
                json_schema(TypeAdapter(type_), "validation")
            except NOT_A_TYPE as reason:
                return LoadError(
                    f"{self._function}: the type hint of parameter {name!r} does not say how it is written "
                    f"in JSON ({_first_line(reason)}). Use str, int, float, bool, date, Literal, Enum, list, "
                    f"dict, a TypedDict, a dataclass or a pydantic model."
                )
        return LoadError(f"{self._function}: its type hints make no JSON Schema ({_first_line(error)})")

    def schema(self, descriptions: dict[str, str]) -> dict[str, Any]:
        """Return the JSON Schema of the arguments, with defaults and, where no hint has one, descriptions."""
        schema = json_schema(self._adapter, "validation") if self._adapter is not None else dict(self._plain or {})
        schema.setdefault("properties", {})
        for name, member in schema["properties"].items():
            if name in descriptions:
                member.setdefault("description", descriptions[name])
            default = self._parameters[name].default
            if default is inspect.Parameter.empty:
                continue
            try:
                native, _ = to_json_native(default)
            except NotJSONError:
                continue
            # `day: date = None` is common: a default that its own schema refuses would prove nothing.
            if not validation_errors({**member, "$defs": schema.get("$defs", {})}, native):
                member["default"] = native
        return schema

    def convert(self, given: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Return positional and named arguments in the function's own types.

        Raises ToolFailure (`invalid_arguments`) for what a schema cannot express, as a model's validator.
        """
        if self._adapter is None:
            # The schema allows 3.0 for an integer.
            values = {name: int(value) if name in self._integers else value for name, value in given.items()}
        else:
            try:
                values = self._adapter.validate_json(json.dumps(given))
            except ValidationError as error:
                raise invalid_arguments(error) from error
        positional = []
        for parameter in self._parameters.values():
            if parameter.kind is not parameter.POSITIONAL_ONLY or parameter.name not in values:
                break
            positional.append(values.pop(parameter.name))
        return positional, values


def invalid_arguments(error: ValidationError) -> ToolFailure:
    """Return pydantic's errors as the failure of a call, one part an error with its place."""
    lines = []
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        place = "".join(f"/{escape(str(token))}" for token in each["loc"])
        lines.append(f"{place or 'arguments'}: {each['msg']}")
    return ToolFailure(tool_error("invalid_arguments", "; ".join(lines)))


def _name(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", type(function).__name__)


def _signature(function: Callable[..., Any], name: str) -> inspect.Signature:
    if inspect.isasyncgenfunction(function) or inspect.isgeneratorfunction(function):
        raise LoadError(f"{name} is a generator function: a tool returns one result, so return a list")
    try:
        return inspect.signature(function)
    except (TypeError, ValueError) as error:
        raise LoadError(f"{name} has no readable signature: wrap it in a function with type hints") from error


def _hints(function: Callable[..., Any], name: str) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except Exception as error:
        raise LoadError(f"{name}: its type hints cannot be read ({_first_line(error)})") from error


def _hint(function: Callable[..., Any], name: str, parameter: inspect.Parameter, hints: dict[str, Any]) -> Any:
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        stars = "*" if parameter.kind is parameter.VAR_POSITIONAL else "**"
        raise LoadError(
            f"{name} takes {stars}{parameter.name}: a tool names each parameter, or takes one list "
            f"(`{parameter.name}: list[str]`) or one dict"
        )
    if parameter.name not in hints:
        raise LoadError(
            f"{name} has no type hint for parameter {parameter.name!r}{_where(function)}. Write for example "
            f"`def {name}({parameter.name}: str)`, or "
            f'`{parameter.name}: Annotated[str, Field(description="…", examples=["…"])]`.'
        )
    if isinstance(parameter.default, FieldInfo):
        raise LoadError(
            f"{name}: the default of parameter {parameter.name!r} is a pydantic Field. Write "
            f"`{parameter.name}: Annotated[TYPE, Field(…)] = DEFAULT`."
        )
    return hints[parameter.name]


def _where(function: Callable[..., Any]) -> str:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return f" (line {code.co_firstlineno})" if code is not None else ""


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
