"""The rules of a sample's policy, asked of its chain as it grows."""

from collections.abc import Mapping, Sequence

from graph.record import PolicyRules, RecordContext, Step
from nodes.rules.evaluate import Known, broken_rules, looked_at
from tool_registry.spec import ToolSpec


class ChainRules:
    """What the rules say of a step after those before it."""

    def __init__(self, policy: PolicyRules | None, context: RecordContext, specs: Mapping[str, ToolSpec]) -> None:
        self._policy, self._context, self._specs = policy, context, specs

    def why_not(self, step: Step, earlier: Sequence[Step]) -> str | None:
        """Return why the step may not be made after the earlier ones, or None."""
        broken = broken_rules(self._policy, step, self._known(earlier))
        return "; ".join(each.message for each in broken) or None

    def with_lookups(self, step: Step, earlier: Sequence[Step]) -> Step:
        """Return the step so that it comes `after` those whose results its rules look at."""
        looked = looked_at(self._policy, step, self._known(earlier)) - step.uses()
        after = [*step.after, *(each.id for each in earlier if each.id in looked and each.id not in step.after)]
        return step.model_copy(update={"after": after})

    def _known(self, earlier: Sequence[Step]) -> Known:
        return Known(earlier, self._context, self._specs)
