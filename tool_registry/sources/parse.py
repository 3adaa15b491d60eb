"""Reading a tool spec such as `builtin:travel` or `python:my_tools.py:TOOLS`."""

from dataclasses import dataclass
from difflib import get_close_matches

from tool_registry.tool import LoadError

FORMS = (
    "builtin",
    "builtin:CATEGORY",
    "python:package.module:attribute",
    "python:file.py:attribute",
)
_LATER = ("mcp", "openapi", "toolbench")


@dataclass(frozen=True)
class BuiltinSource:
    """The built-in tools, all or (as the user wrote it) of one category."""

    category: str | None = None


@dataclass(frozen=True)
class PythonSource:
    """An attribute (dotted for a nested one) of a module or, when `module` ends in .py, of a file."""

    module: str
    attribute: str

    @property
    def is_file(self) -> bool:
        """Whether `module` is the path of a file."""
        return self.module.endswith(".py")


def parse_spec(text: str) -> BuiltinSource | PythonSource:
    """Return where the tools of a spec come from. Raises LoadError that says the allowed forms."""
    kind, colon, rest = text.strip().partition(":")
    match kind:
        case "builtin":
            if colon and not rest.strip():
                raise LoadError(f"tool spec {text!r} names no category after the colon. {_allowed()}")
            return BuiltinSource(rest.strip() or None)
        case "python":
            module, _, attribute = rest.rpartition(":")
            if not module or not attribute:
                hint = f"python:{rest}:ATTRIBUTE" if rest and not attribute.endswith(".py") else None
                hint = f"python:{attribute}:ATTRIBUTE" if attribute.endswith(".py") else hint
                wanted = f" Did you mean {hint}?" if hint else ""
                raise LoadError(f"tool spec {text!r} names no attribute of a module.{wanted} {_allowed()}")
            named = attribute.split(".") if module.endswith(".py") else [*module.split("."), *attribute.split(".")]
            if not all(part.isidentifier() for part in named):
                raise LoadError(f"tool spec {text!r} names no Python module and attribute. {_allowed()}")
            return PythonSource(module, attribute)
        case _ if kind in _LATER:
            raise LoadError(f"tool spec {text!r}: {kind} is not supported yet. {_allowed()}")
    close = get_close_matches(kind.lower(), ["builtin", "python", *_LATER], n=1)
    if text.endswith(".py") or ".py:" in text:
        close = [f"python:{text}"]
    meant = f" Did you mean {close[0]}?" if close else ""
    raise LoadError(f"unknown tool spec {text!r}.{meant} {_allowed()}")


def _allowed() -> str:
    return f"Allowed: {', '.join(FORMS)}."
