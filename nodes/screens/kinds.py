"""The screens by name: ours, which every record passes, and those of installed packages, which a run names.

A package's screen is an entry point of `toolgrad.screens`: a function that takes a `Dialogue` and returns findings of
what is screened, *natural* or *faithful*. It refuses no more than a record, and changes none, for it has a copy: where
it breaks off, or gives something else than findings, that is the finding.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from inspect import signature
from typing import Any

from graph.record import Finding, PolicyRules, RecordContext, Turn
from tool_registry.extensions import ExtensionError, ExtensionPoint
from tool_registry.json.plain_text import without_controls
from tool_registry.spec import ToolSpec

#: Promises that a screen may say to be broken; the others are proved.
SCREENED = ("natural", "faithful")
#: The code where a screen of a package breaks off, after its name: nothing that a writer could mend.
FAILED = "screen_failed"


@dataclass(frozen=True)
class Dialogue:
    """What a screen sees of a record: all turns, with queries, steps, results, responses and their marks.

    `context` is what the assistant was told beside them, `specs` are the tools that were called, by name, `offered`
    the names of those that could have been, `policy` the rules that the assistant works under.
    """

    turns: Sequence[Turn]
    context: RecordContext
    specs: Mapping[str, ToolSpec]
    offered: Sequence[str] = ()
    policy: PolicyRules | None = None


Screen = Callable[[Dialogue], Iterable[Finding]]


def _check(value: Any, _: str) -> Screen:
    if not callable(value):
        raise ValueError(
            f"is of type {type(value).__name__}; it must be a function that takes a Dialogue of nodes.screens.kinds "
            "and returns a list of Finding"
        )
    try:
        signature(value).bind(None)
    except TypeError:
        raise ValueError(
            f"takes {signature(value)}; it must take one argument, a Dialogue of nodes.screens.kinds"
        ) from None
    screen: Screen = value
    return screen


SCREENS: ExtensionPoint[Screen] = ExtensionPoint(
    "toolgrad.screens",
    "screen",
    {
        "natural": "nodes.screens.natural:check",
        "names": "nodes.screens.names:check",
        "deeds": "nodes.screens.deeds:check",
    },
    _check,
)


def screen(dialogue: Dialogue, further: Sequence[str] = ()) -> Iterator[Finding]:
    """Yield what our screens find, and then those that are named. Never raises for one of a package."""
    for name in SCREENS.own_names:
        yield from SCREENS.get(name)(dialogue)
    for name in further:
        if name not in SCREENS.own_names:
            yield from _of_package(name, dialogue)


def _of_package(name: str, dialogue: Dialogue) -> Iterable[Finding]:
    """Return the findings of a package's screen, each code after the screen's name, so that it is none of ours."""
    try:
        found = [_as_stored(one) for one in SCREENS.get(name)(deepcopy(dialogue))]
    except (ExtensionError, _NoFindingError) as error:
        return [_failure(name, str(error))]
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # no cancellation of ours arrives in it: it is called without a wait
        return [_failure(name, f"broke off with {type(error).__name__}: {_error_words(error)}")]
    return [one.model_copy(update={"code": f"{name}:{one.code}"}) for one in found]


class _NoFindingError(Exception):
    """A screen gives something that is no finding, or none that a record can hold."""


def _as_stored(one: object) -> Finding:
    """Return the finding as a record holds it: one that was changed after it was made may hold anything."""
    if not isinstance(one, Finding):
        raise _NoFindingError(f"gives a {type(one).__name__} where a Finding is due")
    try:
        finding = Finding.model_validate_json(one.model_dump_json(warnings="error"))
    except ValueError:  # what pydantic and UTF-8 raise
        raise _NoFindingError("gives a Finding whose members are no text, or hold half a surrogate pair") from None
    if finding.promise not in SCREENED:
        raise _NoFindingError(f"gives a finding of {finding.promise}, which is not screened ({', '.join(SCREENED)})")
    return finding


def _error_words(error: BaseException) -> str:
    try:
        return without_controls(str(error))
    except Exception:  # an exception of somebody's own may have no words
        return "(no words)"


def _failure(name: str, why: str) -> Finding:
    plugin = SCREENS.plugin(name)
    who = f" ({plugin.package})" if plugin is not None else ""
    return Finding(promise="faithful", code=f"{name}:{FAILED}", message=f"the screen {name}{who}: {why}")
