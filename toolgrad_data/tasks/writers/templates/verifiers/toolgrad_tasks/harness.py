"""The loop in which a model plays a task: native calls of the task's own tools, and the person's messages in turn.

It runs in the process of the environment and starts no program. A policy reaches the tools of its task, nothing else.
"""

from typing import Any

import verifiers.v1 as vf
from openai import APIError, AsyncOpenAI

from toolgrad_data.tasks.chat import as_function, final_text, told
from toolgrad_data.tasks.episode import Episode
from toolgrad_tasks.hosted import hosted_tasks


class ToolGradHarness(vf.Harness[vf.HarnessConfig]):
    """Plays one episode, in a session of its own, to its end."""

    APPENDS_SYSTEM_PROMPT = True
    EXECUTES_CODE = False
    NEEDS_CONTAINER = False

    async def setup(self, runtime: vf.Runtime) -> None:
        """Load the tools, so that a missing one is told before a model is asked."""
        await hosted_tasks()

    async def launch(
        self,
        ctx: vf.ModelContext,
        trace: vf.Trace,
        runtime: vf.Runtime,
        endpoint: str,
        secret: str,
        mcp_urls: dict[str, str],
        data: vf.TaskData,
    ) -> vf.ProgramResult:
        """Play, and leave what the environment has logged in the rollout's state, for the reward."""
        hosted = await hosted_tasks()
        system, prompt = self.resolve_prompt(data)
        messages: list[dict[str, Any]] = [{"role": "system", "content": system}] if system else []
        messages.append({"role": "user", "content": prompt})
        async with AsyncOpenAI(base_url=endpoint, api_key=secret) as client, hosted.episode(str(data.id)) as episode:
            await episode.reset()
            try:
                await self._play(client, ctx.model, messages, episode)
            except APIError as error:
                # A limit or a stop of the rollout is told so, and is no fault where the trace has it.
                return vf.ProgramResult(exit_code=1, stdout="", stderr=str(error))
            finally:
                trace.state.played = (await episode.submit()).model_dump(mode="json")
        return vf.ProgramResult(exit_code=0, stdout="", stderr="")

    async def _play(self, client: AsyncOpenAI, model: str, messages: list[dict[str, Any]], episode: Episode) -> None:
        tools: Any = [as_function(spec) for spec in episode.task.offered]
        while not episode.done:
            completion = await client.chat.completions.create(model=model, messages=messages, tools=tools)
            message = completion.choices[0].message
            messages.append(message.model_dump(exclude_none=True))
            for call in message.tool_calls or ():
                if episode.done:
                    return
                came = await episode.call(call.function.name, call.function.arguments)
                messages.append({"role": "tool", "tool_call_id": call.id, "content": told(came)})
            if not message.tool_calls:
                seen = await episode.message(final_text(message.content))
                if not seen.done:
                    messages.append({"role": "user", "content": seen.message})
