"""A tool that can be called, and what a source gives when it is loaded."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tool_registry.calling.answer_reading import AnswerReading
from tool_registry.permissions import Permissions, Verdict, verdict
from tool_registry.spec import ToolSpec

if TYPE_CHECKING:
    from tool_registry.calling.redaction import Redaction
    from tool_registry.sessions.instance import StatefulSource
    from tool_registry.sources.limits import Limits


class LoadError(RuntimeError):
    """Tools cannot be loaded. The message says what was wrong, what is allowed and what to do.

    A RuntimeError: of most others the development server, and so Studio, shows the class only.
    """


@dataclass(frozen=True)
class Treatment:
    """What the user's configuration of a source says about its tools; `execute` keeps to it.

    `denied` is why the tool never runs, whatever else is allowed. `granted` is allowed beside what the run
    allows. `timeout_s` goes before the run's. `limits` and `redaction` are shared by the tools of a source. `reading`
    is how its answers are read.
    """

    denied: str | None = None
    granted: Permissions = field(default_factory=Permissions)
    timeout_s: float | None = None
    limits: "Limits | None" = None
    redaction: "Redaction | None" = None
    reading: AnswerReading = field(default_factory=AnswerReading)


@dataclass(frozen=True)
class SessionBinding:
    """Where a stateful tool lives: its source, and what an instance of that calls it."""

    source: "StatefulSource"
    member: str


@dataclass(frozen=True)
class Tool:
    """A spec and what answers its calls.

    `call` takes the arguments, which the spec's schema allows, and gives the raw answer or raises:
    `ToolFailure` where the source knows the kind of failure, anything else where it does not. It must not
    block the event loop; `tool_registry.calling.execution.execute` is the only caller and classifies what comes back.
    `origin` is the tool as its source made it, where this one is the same under a configuration. `binding` is set
    for tools of a stateful source: `tool_registry.sessions.session` calls those.
    """

    spec: ToolSpec
    call: Callable[[dict[str, Any]], Awaitable[Any]]
    treatment: Treatment = field(default_factory=Treatment)
    origin: "Tool | None" = None
    binding: SessionBinding | None = None

    def verdict(self, permissions: Permissions) -> Verdict:
        """Return whether the tool may run: never when it is denied, else as permissions and grants say."""
        if self.treatment.denied is not None:
            return Verdict(False, self.treatment.denied)
        return verdict(self.spec, permissions | self.treatment.granted)


@dataclass(frozen=True)
class Loaded:
    """What one tool spec of the command line gave: tools, and what was skipped and why.

    `secrets` are texts that the source took from the environment beyond what its configuration names, such as
    a token for `${TOKEN}` in a file of servers: results, specs and messages are kept free of them.
    """

    tools: list[Tool]
    problems: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
