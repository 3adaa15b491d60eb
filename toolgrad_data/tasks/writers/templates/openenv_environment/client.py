"""The client: a connection plays an episode at a time.

with ToolGradEnv(base_url="http://127.0.0.1:8000").sync() as env:
    seen = env.reset()
    seen = env.step(ToolGradAction.call("city_location", {"city": "Bergen"}))
    seen = env.step(ToolGradAction.message("Bergen lies at 60.39 degrees north."))
    print(seen.reward, seen.done)
"""

from typing import Any

from openenv.core import EnvClient
from openenv.core.client_types import StepResult

from .models import ToolGradAction, ToolGradObservation, ToolGradState


class ToolGradEnv(EnvClient[ToolGradAction, ToolGradObservation, ToolGradState]):
    """A client of these tasks' server, and of `toolgrad serve` (`…/openenv`, with `headers` for its token)."""

    def _step_payload(self, action: ToolGradAction) -> dict[str, Any]:
        names = {"call_tool": {"tool_name", "arguments"}, "message": {"text"}}.get(action.type, set())
        return action.model_dump(include={"type", *names})

    def _parse_result(self, payload: dict[str, Any]) -> StepResult[ToolGradObservation]:
        told = {"reward": payload.get("reward"), "done": payload.get("done", False)}
        metadata = payload.get("metadata") or {}
        seen = {**payload.get("observation", {}), "metadata": metadata}
        return StepResult(observation=ToolGradObservation(**seen, **told), metadata=metadata, **told)

    def _parse_state(self, payload: dict[str, Any]) -> ToolGradState:
        return ToolGradState.model_validate(payload)
