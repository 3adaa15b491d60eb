"""How a person is told that a setting has a wrong value: its option, the value, what is allowed."""

from collections.abc import Mapping

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from graph.option import flag_of, option_of
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.deciders import BY_ROLE, ROLES


def setting_error(error: ValidationError, fields: Mapping[str, FieldInfo], command: str) -> UsageError:
    """Return the error in the words of the command line; no value that may hold a secret is in it."""
    lines = []
    for problem in error.errors(include_url=False):
        path = problem["loc"]
        name, field = _setting_at(path, fields)
        message = problem["msg"].removeprefix("Value error, ")
        secret = field is not None and option_of(field).secret
        value = "" if secret or path[:1] == ("model_settings",) else f" {problem['input']!r}"
        lines.append(f"{name}{value}: {message[:1].lower()}{message[1:]}")
        if field is not None:
            lines.append(f"  {name}: {field.description}")
    return UsageError("\n".join([*lines, f"See: toolgrad {command} --help"]))


def _setting_at(path: tuple[int | str, ...], fields: Mapping[str, FieldInfo]) -> tuple[str, FieldInfo | None]:
    """Return what people call what stands there, its key where only a file can hold it, and the setting."""
    name, *members = map(str, path or ("",))
    field = fields.get(name)
    if name == "model_settings" and len(members) == 2 and members[1] in BY_ROLE:
        who = {role: who for who, role in ROLES.items()}.get(members[0], members[0])
        return f"{flag_of(members[1])} {who}", fields.get(members[1])
    in_files_only = field is not None and isinstance(field.default, dict)
    return ".".join([name if in_files_only else flag_of(name), *members]), field
