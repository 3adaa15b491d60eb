"""Which samples of a run are done: a byte for each, for a run may have millions."""

from collections.abc import Container

from graph.record import record_id


class FinishedSamples(Container[str]):
    """Holds record ids of one seed, by index."""

    def __init__(self, seed: int) -> None:
        self._prefix = record_id(seed, 0).partition("-")[0] + "-"
        self._flags = bytearray()
        self._count = 0

    def add(self, index: int) -> None:
        """Note that the sample is done."""
        if index >= len(self._flags):
            self._flags.extend(bytes(index + 1 - len(self._flags)))
        self._count += not self._flags[index]
        self._flags[index] = 1

    def has(self, index: int) -> bool:
        """Say whether the sample is done."""
        return index < len(self._flags) and bool(self._flags[index])

    def below(self, samples: int) -> int:
        """Return how many of the first samples are done."""
        return self._flags.count(1, 0, samples)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and id.startswith(self._prefix) and self.has(int(id.removeprefix(self._prefix)))
