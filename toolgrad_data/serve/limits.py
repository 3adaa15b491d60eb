"""What a server takes; what goes beyond is refused, with what to do."""

from pydantic import Field

from graph.strict_model import StrictModel


class ServeLimits(StrictModel):
    """Bounds of a server. Those of an episode (calls, seconds, sizes) are its task's."""

    episodes: int = Field(default=256, ge=1, le=100_000, description="Episodes at once.")
    idle_seconds: float = Field(default=600.0, gt=0, description="An episode without a request for so long is evicted.")
    waiting: int = Field(default=16, ge=1, description="Requests of one episode that wait for each other.")
    body_bytes: int = Field(default=1024 * 1024, ge=1024, description="Bytes of a request or message.")
    goldens: int = Field(default=1024, ge=1, description="Tasks of which the record's replay is kept in memory.")

    @property
    def connections(self) -> int:
        """Connections at once: one an episode, and some for those who ask for rewards or wait for room."""
        return 2 * self.episodes + 64
