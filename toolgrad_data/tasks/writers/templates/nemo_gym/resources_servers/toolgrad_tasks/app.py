"""Resources server of NeMo Gym: episodes of ToolGrad's tasks, a session each, for `gymnasium_agent`.

A row has the id of its task; what is right stays in this server's own files. Calls come with the model's response,
never as a path, so that a policy can reach nothing but the tools of its task.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import FastAPI, HTTPException
from nemo_gym.openai_utils import NeMoGymResponse
from pydantic import PrivateAttr
from resources_servers.gymnasium import GymnasiumServer, extract_text

from toolgrad_data.errors import CliError
from toolgrad_data.tasks.chat import final_text, told
from toolgrad_data.tasks.episode import Episode
from toolgrad_data.tasks.golden import TaskError
from toolgrad_data.tasks.hosting import HostedTasks

TASKS = Path(__file__).resolve().parent / "tasks"
#: Seconds that an episode is kept beyond its own limit, for an agent that has gone away.
_KEPT_S = 60.0
Step = tuple[str | None, float, bool, bool, dict[str, Any]]

log = logging.getLogger(__name__)


class Session(NamedTuple):
    """An episode, and the moment after which it is given up."""

    episode: Episode
    until: float


class ToolGradServer(GymnasiumServer):
    """Plays tasks. `step` takes a response of the model: its calls, or its final message."""

    _hosted: HostedTasks = PrivateAttr()

    def setup_webserver(self) -> FastAPI:
        """Return the app; its tools are loaded before it serves, and it does not serve without them."""
        app = super().setup_webserver()
        inner = app.router.lifespan_context

        @asynccontextmanager
        async def with_tasks(app: FastAPI) -> AsyncIterator[Any]:
            self._hosted = await HostedTasks.open(TASKS)
            async with inner(app) as state:
                yield state
            await asyncio.gather(*(self.close_session(session) for session in list(self.session_state)))

        app.router.lifespan_context = with_tasks
        return app

    async def reset(self, metadata: dict, session_id: str | None = None) -> tuple[str | None, dict]:
        """Begin an episode of the row's task. The row has its first message."""
        await self.close_session(session_id)
        late = [key for key, session in self.session_state.items() if session.until < time.monotonic()]
        await asyncio.gather(*(self.close_session(key) for key in late))
        try:
            episode = self._hosted.episode(str(metadata.get("task_id")))
        except CliError as error:
            raise HTTPException(422, str(error)) from error
        await episode.reset()
        self.session_state[session_id] = Session(episode, time.monotonic() + episode.task.limits.seconds + _KEPT_S)
        return None, {}

    async def step(
        self,
        action: NeMoGymResponse,
        metadata: dict,
        session_id: str | None = None,
    ) -> Step:
        """Make the response's calls, or take its message; give results, the person's next message, or the reward."""
        session = self.session_state.get(session_id)
        if session is None:
            raise HTTPException(409, "this session has no episode: it is over, was given up, or /reset came never")
        episode = session.episode
        calls = [item for item in action.output if item.type == "function_call"]
        if not calls:
            seen = await episode.message(final_text(extract_text(action)))
            return await self._end(episode) if seen.done else (seen.message, 0.0, False, False, {})
        outputs = []
        for call in calls:
            outputs.append({"call_id": call.call_id, "output": told(await episode.call(call.name, call.arguments))})
            if episode.done:
                return await self._end(episode)
        return None, 0.0, False, False, {"tool_outputs": outputs}

    async def close_session(self, session_id: str | None) -> None:
        """End what the session has open."""
        session = self.session_state.pop(session_id, None)
        if session is not None:
            await session.episode.aclose()

    async def _end(self, episode: Episode) -> Step:
        """Return the reward, whose parts go to the rollout's record and to no model."""
        try:
            reward = await self._hosted.score(await episode.submit())
        except TaskError as error:
            log.warning("no reward: %s", error)
            return None, 0.0, False, True, {"error": str(error)}
        return None, reward.total, True, False, {"toolgrad": reward.model_dump(mode="json")}


if __name__ == "__main__":
    ToolGradServer.run_webserver()
