"""What is read off a schema or a spec, kept by its identity: hashing its text would cost more than reading it."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class ByIdentity(Generic[Value]):
    """Values by object and key. Entries keep their objects, whose ids so stay theirs; full, it begins anew."""

    def __init__(self, entries_max: int) -> None:
        self._entries_max = entries_max
        self._known: dict[tuple[int, Hashable], tuple[object, Value]] = {}

    def get(self, of: object, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of the object under the key, made where it is not known."""
        place = (id(of), key)
        known = self._known.get(place)
        if known is None:
            if len(self._known) >= self._entries_max:
                self._known.clear()
            known = self._known[place] = (of, make())
        return known[1]
