"""A digest of what an object holds, to see whether a call has changed it.

Equality would say too little (a class without `__eq__` is equal to itself alone, one with it may leave members out)
and a pickle too much or nothing (the order of a set, `__getstate__` that drops members, a lock that cannot be
pickled). So the object's graph is walked: attributes and slots as they are stored, the content of containers, what
functions enclose, and of types written in C what they give to pickle. Shared parts and rings are told by the number
under which they were met first, never by an address.

    before = state_digest(cart)
    cart.total()
    assert state_digest(cart) == before

The order of dicts counts, for whoever lists one sees it; that of sets does not.
"""

import copyreg
import itertools
import logging
import re
import struct
import sys
import threading
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable
from concurrent.futures import Executor, Future
from enum import Enum
from hashlib import blake2b
from pathlib import Path, PurePath
from subprocess import Popen
from tempfile import TemporaryDirectory
from types import CellType, FunctionType, MappingProxyType, MethodType, ModuleType
from typing import Any, Final

#: Parts of a state that are looked at, some 30 ms: as long as it takes to copy it. What has more stays uncompared.
PARTS_MAX = 20_000
#: Numbers and texts that stand beside each other alone are looked at together; so many of them count as a part.
SCALARS_A_PART = 8
#: Characters and bytes of its texts.
TEXT_MAX = 16 * 1024 * 1024

#: What says with its type and `repr` all that it is, and cannot change.
_SCALARS: Final = frozenset({type(None), bool, int, float, complex, str, bytes, type(...), type(NotImplemented)})
#: Whose state is elsewhere: on the disk, in another thread or process. What is written in C, such as an open file, a
#: connection or a generator, refuses by itself to be pickled.
_ELSEWHERE: Final = (Path, threading.Thread, Popen, Executor, Future, TemporaryDirectory)
#: Told by their names.
_NAMED: Final = (type, ModuleType, Enum, PurePath, logging.Logger)
_LOCKS: Final = (type(threading.Lock()), type(threading.RLock()))
_COUNTERS: Final = (itertools.count, itertools.repeat)
#: They have no attributes of their own.
_CONTAINERS: Final = frozenset({list, tuple, dict, set, frozenset, bytearray, CellType, MethodType, MappingProxyType})
_MUTABLE: Final = (dict, list, set, bytearray, deque)
_CONSTANT: Final = re.compile(r"_*[A-Z][A-Z0-9_]*|__\w+__|model_\w+|_abc_\w+")
_POINTER: Final = struct.calcsize("P")


class IncomparableError(Exception):
    """The state cannot be compared. The message says why."""


def state_digest(*values: Any) -> str:
    """Return a digest of what the values hold: within a process it changes when, and only when, that changes.

    Raises IncomparableError for a state that is not in the object (an open file, a server, a folder, a generator,
    what a class keeps for all its objects), and for one that is larger than `PARTS_MAX` and `TEXT_MAX` allow.
    """
    try:
        return _Walk(_Budget()).digest(values).hex()
    except IncomparableError:
        raise
    except Exception as error:
        raise IncomparableError(f"{type(error).__name__}: {error}") from error


class _Budget:
    """What may still be looked at, over all walks of one digest."""

    def __init__(self) -> None:
        self.parts = PARTS_MAX
        self.text = TEXT_MAX

    def spend(self, parts: int, text: int = 0) -> None:
        self.parts -= parts
        self.text -= text
        if self.parts < 0 or self.text < 0:
            raise IncomparableError(f"it holds more than {PARTS_MAX} parts or {TEXT_MAX >> 20} MiB of text")


class _Walk:
    """A walk over a graph in one order, with a stack of its own: linked lists are deeper than Python's."""

    def __init__(self, budget: _Budget) -> None:
        self._budget = budget
        # With the values themselves, so that no address is given to another one meanwhile.
        self._met: dict[int, tuple[int, Any]] = {}
        self._hash = blake2b(digest_size=16)
        self._left: list[Any] = []

    def digest(self, values: Iterable[Any]) -> bytes:
        self._left = list(values)[::-1]
        while self._left:
            self._budget.spend(1)
            self._take(self._left.pop())
        return self._hash.digest()

    def _take(self, value: Any) -> None:
        kind = type(value)
        if kind in _SCALARS:
            self._scalar(value)
            return
        if issubclass(kind, _ELSEWHERE):
            raise IncomparableError(f"it holds a {kind.__name__}, whose state is not in the object")
        if issubclass(kind, _NAMED):
            self._say("named", kind, _name(value))
        elif kind in _LOCKS:
            # What it guards is looked at; who waits for it is nobody's state.
            self._say("lock")
        elif id(value) in self._met:
            self._say("met", self._met[id(value)][0])
        else:
            self._met[id(value)] = (len(self._met), value)
            self._say("value", kind)
            self._open(value, kind)

    def _open(self, value: Any, kind: type) -> None:
        # By the classes' own methods: what a subclass overrides may tell something else than what is stored.
        if issubclass(kind, list | tuple):
            self._sequence(list((list if issubclass(kind, list) else tuple).__iter__(value)))
        elif issubclass(kind, dict):
            self._mapping(dict((OrderedDict if issubclass(kind, OrderedDict) else dict).items(value)))
            if issubclass(kind, defaultdict):
                self._push(value.default_factory)
        elif issubclass(kind, set | frozenset):
            self._elements((set if issubclass(kind, set) else frozenset).__iter__(value))
        elif kind is MappingProxyType:
            self._mapping(dict(value))
        elif issubclass(kind, bytearray):
            self._scalar(bytes(value))
        elif kind is FunctionType:
            self._say(value.__module__, value.__qualname__, value.__code__.co_code)
            self._push(value.__defaults__, value.__kwdefaults__, value.__closure__)
        elif kind is CellType:
            self._push(*_content(value))
        elif kind is MethodType:
            self._push(value.__func__, value.__self__)
        elif kind in _COUNTERS:
            self._say(repr(value))
        else:
            # Attributes first: to look at them makes a dict of them, which would show in what comes of pickling.
            self._attributes(value, kind)
            if not _is_plain(kind):
                self._reduce(value, kind)
            return
        if kind not in _CONTAINERS:
            self._attributes(value, kind)

    def _sequence(self, values: Any) -> None:
        self._say(len(values))
        if _SCALARS.issuperset(map(type, values)):
            self._scalars(values)
        else:
            self._left.extend(reversed(values))

    def _mapping(self, values: dict[Any, Any]) -> None:
        self._say(len(values))
        if _SCALARS.issuperset(map(type, values)) and _SCALARS.issuperset(map(type, values.values())):
            self._scalars([*values, *values.values()])
        else:
            for name, member in reversed(values.items()):
                self._left += (member, name)

    def _elements(self, values: Iterable[Any]) -> None:
        """Take a set's elements in the order of what each of them holds."""
        elements = list(values)
        self._say(len(elements))
        if _SCALARS.issuperset(map(type, elements)):
            self._scalars(sorted(elements, key=lambda each: (type(each).__name__, repr(each))))
        else:
            self._left.extend(sorted(elements, key=lambda each: _Walk(self._budget).digest([each]), reverse=True))

    def _attributes(self, value: Any, kind: type) -> None:
        """Take what is stored in the object itself, whatever it gives to pickle."""
        _check_class(kind)
        stored = [(name, object.__getattribute__(value, name)) for name in _slots(kind) if _is_set(value, name)]
        self._push(*stored, object.__getattribute__(value, "__dict__") if kind.__dictoffset__ else None)

    def _reduce(self, value: Any, kind: type) -> None:
        """Take what a type written in C gives to pickle."""
        if kind.__module__ == "itertools":
            raise IncomparableError(f"it holds an itertools.{kind.__name__}, which does not tell where it stands")
        reduce = copyreg.dispatch_table.get(kind)
        reduced = reduce(value) if reduce is not None else value.__reduce_ex__(4)
        if isinstance(reduced, str):
            self._say("global", reduced)
        else:
            # Of five parts the last two are iterators made for whoever pickles.
            self._push(*reduced[:3], *(list(part) for part in reduced[3:5] if part is not None))

    def _push(self, *values: Any) -> None:
        self._left.extend(reversed(values))

    def _scalar(self, value: Any) -> None:
        if isinstance(value, (str, bytes)):
            self._budget.spend(0, len(value))
        self._say("scalar", type(value), value)

    def _scalars(self, values: Any) -> None:
        self._budget.spend(
            len(values) // SCALARS_A_PART, sum(len(each) for each in values if isinstance(each, (str, bytes)))
        )
        # A literal of each: 1, 1.0 and True are told apart.
        self._hash.update(repr(values).encode(errors="surrogatepass"))

    def _say(self, *words: Any) -> None:
        said = [f"{word.__module__}.{word.__qualname__}" if isinstance(word, type) else word for word in words]
        self._hash.update(repr(said).encode(errors="surrogatepass"))


def _name(value: Any) -> str:
    match value:
        case type():
            return f"{value.__module__}.{value.__qualname__}"
        case ModuleType():
            return value.__name__
        case Enum():
            return f"{value._name_} {value._value_!r}"
        case logging.Logger():
            return value.name
        case _:
            return str(value)


def _is_plain(kind: type) -> bool:
    """Return whether an object of the class has nothing but attributes and slots: no room for fields of C."""
    pointers = len(_slots(kind)) + bool(kind.__dictoffset__) + bool(kind.__weakrefoffset__)
    return kind.__basicsize__ <= object.__basicsize__ + _POINTER * pointers and kind.__itemsize__ == 0


def _slots(kind: type) -> list[str]:
    return copyreg._slotnames(kind) or []  # type: ignore[attr-defined]


def _is_set(value: Any, name: str) -> bool:
    try:
        object.__getattribute__(value, name)
    except AttributeError:
        return False
    return True


def _content(cell: CellType) -> list[Any]:
    try:
        return [cell.cell_contents]
    except ValueError:
        return []


def _check_class(kind: type) -> None:
    """Raise for a class that keeps a container for all its objects, unless it is called a constant.

    What one sample puts in there another one sees: to compare it would make records depend on each other.
    """
    for each in kind.__mro__:
        if each.__module__.partition(".")[0] in sys.stdlib_module_names:
            continue
        hints = vars(each).get("__annotations__", {})
        for name, value in vars(each).items():
            if isinstance(value, _MUTABLE) and not _CONSTANT.fullmatch(name) and "Final" not in str(hints.get(name)):
                raise IncomparableError(f"{each.__qualname__}.{name} is shared by all objects of the class")
