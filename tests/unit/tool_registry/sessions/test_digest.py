"""Whether two looks at an object's state are equal exactly when it has not changed."""

import asyncio
import io
import itertools
import logging
import queue
import random
import socket
import sqlite3
import threading
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType, SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from pydantic import BaseModel, PrivateAttr

from tests.fixtures.undeclared import Board, Huge, Shelf, closures
from tool_registry.sessions.digest import IncomparableError, state_digest


class Slotted:
    __slots__ = ("__hidden", "seen")

    def __init__(self) -> None:
        self.__hidden = 1

    def hide(self, value: int) -> None:
        self.__hidden = value


class Silent:
    """Gives nothing to pickle."""

    def __init__(self) -> None:
        self.items = [1]

    def __getstate__(self) -> dict[str, Any]:
        return {}

    def __reduce__(self) -> Any:
        return (Silent, ())


class Model(BaseModel):
    name: str = "a"
    _calls: int = PrivateAttr(default=0)


class Named(list[int]):
    pass


class Remembering(dict[str, int]):
    def __iter__(self) -> Any:
        return iter(())


@dataclass
class Node:
    name: str
    next: "Node | None" = None
    tags: set[Any] = field(default_factory=set)


def ring() -> Node:
    first = Node("first")
    first.next = Node("second", first)
    return first


def linked() -> Node:
    node = Node("end")
    for _ in range(2_000):
        node = Node("one", node)
    return node


def own(**members: Any) -> SimpleNamespace:
    return SimpleNamespace(**members)


CHANGES: list[tuple[Callable[[], Any], Callable[[Any], object]]] = [
    (Shelf, lambda it: it.put("Ulysses")),
    (Shelf, lambda it: it.lend("Emma")),
    (Slotted, lambda it: it.hide(2)),
    (Slotted, lambda it: setattr(it, "seen", 1)),
    (Silent, lambda it: it.items.append(2)),
    (Model, lambda it: setattr(it, "_calls", 1)),
    (lambda: Named([1]), lambda it: setattr(it, "name", "x")),
    (lambda: Named([1]), lambda it: it.append(2)),
    (lambda: Remembering(a=1), lambda it: it.update(b=2)),
    (ring, lambda it: setattr(it.next.next, "name", "third")),
    (ring, lambda it: setattr(it.next, "next", Node("first", it.next))),
    (linked, lambda it: setattr(it, "name", "two")),
    (lambda: [[], []], lambda it: it.__setitem__(1, it[0])),
    (lambda: [1, True, 1.0], lambda it: it.__setitem__(1, 1)),
    (lambda: {"a": 1, "b": 2}, lambda it: it.update({"a": it.pop("a")})),
    (lambda: OrderedDict(a=1, b=2), lambda it: it.move_to_end("a")),
    (lambda: defaultdict(list), lambda it: it["looked at"]),
    (lambda: Counter("aab"), lambda it: it.update("c")),
    (lambda: deque([1, 2]), lambda it: it.rotate()),
    (lambda: {frozenset({1}), Node}, lambda it: it.add(frozenset({2}))),
    (lambda: random.Random(1), lambda it: it.random()),
    (lambda: own(ids=itertools.count()), lambda it: next(it.ids)),
    (lambda: iter([1, 2]), next),
    (lambda: io.StringIO("text"), lambda it: it.read(1)),
    (lambda: own(at=datetime(2025, 1, 1, tzinfo=UTC)), lambda it: setattr(it, "at", datetime(2025, 1, 2, tzinfo=UTC))),
    (lambda: own(price=Decimal("1.0")), lambda it: setattr(it, "price", Decimal("1.00"))),
    (lambda: partial(print, []), lambda it: it.args[0].append(1)),
    (lambda: [[].append], lambda it: it[0](1)),
    (lambda: MappingProxyType({"a": [1]}), lambda it: it["a"].append(2)),
    (lambda: queue.Queue(), lambda it: it.put(1)),
    (lambda: own(event=threading.Event()), lambda it: it.event.set()),
    (closures, lambda it: it[0]("line")),
    (lambda: bytearray(b"a"), lambda it: it.extend(b"b")),
    (lambda: ValueError([1]), lambda it: it.args[0].append(2)),
]


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_a_change_is_seen_and_nothing_else(number: int) -> None:
    make, change = CHANGES[number]
    value = make()
    before = state_digest(value)
    assert state_digest(value) == before
    assert state_digest(make()) == before, "no address and no accident is in it"
    change(value)
    assert state_digest(value) != before


SAME: list[tuple[Callable[[], Any], Callable[[Any], object]]] = [
    (Shelf, lambda it: (it.titles(), it.size("Emma"), it.weigh(2.0))),
    (lambda: {3, 1, 2, "x"}, lambda it: (it.discard(1), it.add(1))),
    (lambda: own(node={Node} | {("a", 1), ("b", 2)}), lambda it: setattr(it, "node", {*reversed(list(it.node))})),
    (lambda: own(lock=threading.RLock(), other=threading.Lock()), lambda it: it.other.acquire()),
    (lambda: own(lock=asyncio.Lock(), log=logging.getLogger("shelf")), lambda it: it.log.debug("looked")),
    (lambda: own(text="ab" * 3), lambda it: setattr(it, "text", "".join(["ababab"]))),
    (lambda: own(id=UUID(int=1)), lambda it: str(it.id)),
    (ring, lambda it: it.next.next.name),
]


@pytest.mark.parametrize("number", range(len(SAME)))
def test_what_is_no_change_is_none(number: int) -> None:
    make, use = SAME[number]
    value = make()
    before = state_digest(value)
    use(value)
    assert state_digest(value) == before


INCOMPARABLE: list[tuple[Callable[[], Any], str]] = [
    (lambda: own(it=(n for n in range(3))), "generator"),
    (lambda: own(it=map(str, (n for n in range(3)))), "generator"),
    (lambda: itertools.chain([1]), "itertools.chain"),
    (lambda: own(rows=sqlite3.connect(":memory:")), "sqlite3.Connection"),
    (lambda: own(threads=[threading.Thread()]), "Thread"),
    (lambda: own(folder=Path("/srv")), "Path"),
    (random.SystemRandom, "entropy"),
    (threading.local, "local"),
    (Board, "Board.pinned is shared"),
    (Huge, "20000 parts"),
    (lambda: own(text=["x" * 1_000_000] * 20), "MiB"),
]


@pytest.mark.parametrize("number", range(len(INCOMPARABLE)))
def test_what_is_not_in_the_object_is_not_compared(number: int) -> None:
    make, says = INCOMPARABLE[number]
    value = make()
    with pytest.raises(IncomparableError, match=says):
        state_digest(value)
    for connection in vars(value).values() if isinstance(value, SimpleNamespace) else ():
        if isinstance(connection, sqlite3.Connection):
            connection.close()


def test_handles_are_not_compared(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as log, socket.socket() as connection, TemporaryDirectory() as _:
        for value in (log, own(log=log), [connection]):
            with pytest.raises(IncomparableError, match="cannot pickle"):
                state_digest(value)


def test_an_object_that_lies_about_itself_is_not_asked() -> None:
    class Odd:
        def __init__(self) -> None:
            self.number = 1

        def __getattribute__(self, name: str) -> Any:
            raise RuntimeError(name)

        def __eq__(self, other: object) -> bool:
            raise RuntimeError("compared")

        __hash__ = None  # type: ignore[assignment]

    odd = Odd()
    before = state_digest(odd)
    object.__setattr__(odd, "number", 2)
    assert state_digest(odd) != before
