"""How the author of a Python tool says what it does, `annotate`, and what its values are, `Kind`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tool_registry.kind import Kind
from tool_registry.spec import Annotations

__all__ = ["Declared", "Kind", "annotate", "declaration_of"]

T = TypeVar("T")

_ATTRIBUTE = "__toolgrad__"


@dataclass(frozen=True)
class Declared:
    """What an author declared; None or empty where nothing was said."""

    annotations: Annotations = field(default_factory=Annotations)
    category: str | None = None
    json_schema_extra: dict[str, Any] | None = None

    def over(self, other: "Declared") -> "Declared":
        """Return this declaration with the gaps filled from `other`."""
        own = self.annotations.model_dump(exclude_none=True)
        return Declared(
            other.annotations.model_copy(update=own),
            self.category or other.category,
            {**(other.json_schema_extra or {}), **(self.json_schema_extra or {})} or None,
        )


def annotate(
    *,
    read_only: bool | None = None,
    destructive: bool | None = None,
    idempotent: bool | None = None,
    open_world: bool | None = None,
    deterministic: bool | None = None,
    category: str | None = None,
    json_schema_extra: dict[str, Any] | None = None,
) -> Callable[[T], T]:
    """Decorate a function, method, class or LangChain tool with what it does; it is returned unchanged.

    The first four have MCP's meaning; `deterministic` says that the same arguments always give the same
    result. What is left out is "not declared": a tool that does not declare `read_only=True` runs only with
    `allow_unannotated`. On a class it holds for every method that does not say otherwise. `category` is a few
    words. `json_schema_extra` is merged into the parameters schema, for `examples` (whole sets of arguments)
    and `x-phrases`; a page beside the module can have these too (see docs/phrases.md).

        @annotate(read_only=True, deterministic=True, category="orders")
        def order_status(order: str) -> str: ...
    """
    declared = Declared(
        Annotations(
            read_only=read_only,
            destructive=destructive,
            idempotent=idempotent,
            open_world=open_world,
            deterministic=deterministic,
        ),
        category,
        json_schema_extra,
    )

    def decorate(target: T) -> T:
        holder = target.__func__ if isinstance(target, staticmethod | classmethod) else target
        # Past the __setattr__ of a LangChain tool, a pydantic model that admits only its fields.
        (type if isinstance(holder, type) else object).__setattr__(holder, _ATTRIBUTE, declared)
        return target

    return decorate


def declaration_of(target: Any) -> Declared:
    """Return what was declared on the object itself with `annotate`; nothing when nothing was."""
    # A bound method answers with its function's attributes. An instance answers with its class's.
    found = getattr(target, _ATTRIBUTE, None)
    return found if isinstance(found, Declared) else Declared()
