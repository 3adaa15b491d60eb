"""OpenEnv's protocol: what its actions ask of an episode, and what its observations tell.

As `openenv` 0.10 has it: `{"observation": …, "reward": …, "done": …, "metadata": …}`, tools by the actions `list_tools`
and `call_tool`; beside them `message`, the assistant's final message of a turn, and `submit`, which ends the episode.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from tool_registry.result import ErrorKind, ToolError
from tool_registry.spec import ToolSpec
from toolgrad_data.serve.desk import EpisodeDesk
from toolgrad_data.serve.errors import ServeError, WrongRequestError
from toolgrad_data.serve.rewards import Finished
from toolgrad_data.serve.shelf import SPLIT, Shelf
from toolgrad_data.tasks.episode import CallAnswer, Observation, as_text
from toolgrad_data.tasks.task import Task

#: Their types of errors for ours.
_ERROR_TYPES: dict[ErrorKind, str] = {
    "invalid_arguments": "invalid_args",
    "tool_error": "execution_error",
    "timeout": "timeout",
    "unavailable": "transport_error",
    "rate_limited": "transport_error",
    "not_allowed": "tool_not_found",
    "malformed_output": "execution_error",
    "forbidden_by_rule": "execution_error",
}


class _Action(BaseModel):
    model_config = ConfigDict(extra="forbid")

    metadata: dict[str, Any] = Field(default={}, description="Not looked at.")


class ListTools(_Action):
    """Ask for the tools again."""

    type: Literal["list_tools"]


class CallTool(_Action):
    """Call a tool. Arguments are an object, or its JSON text; what is wrong with them is told in the observation."""

    type: Literal["call_tool"]
    tool_name: str
    arguments: Any = Field(default={}, description="An object by the tool's schema, or its JSON text.")


class Message(_Action):
    """The assistant's final message of the turn: the person's next one comes, or the end with the reward."""

    type: Literal["message"]
    text: str | None = Field(description="Null, as endpoints send where a model said nothing, is an empty one.")


class Submit(_Action):
    """End the episode where it is."""

    type: Literal["submit"]


Action = Annotated[ListTools | CallTool | Message | Submit, Field(discriminator="type")]
ACTION: TypeAdapter[ListTools | CallTool | Message | Submit] = TypeAdapter(Action)


class ResetData(BaseModel):
    """What `reset` takes. Of `task`, `index` and `seed` the first that is given chooses the task."""

    model_config = ConfigDict(extra="forbid")

    task: str | None = None
    index: int | None = None
    seed: int | None = None
    split: str | None = None
    episode_id: str | None = None


class TaskObservation(BaseModel):
    """What is seen after `reset`, `message` and `submit`; `tools` and `system` at the beginning alone."""

    system: str = ""
    message: str | None = None
    tools: list[dict[str, Any]] = []
    turn: int = 0
    ending: str | None = None


class CallObservation(BaseModel):
    """What a call gave: a result, or an error with OpenEnv's type of it."""

    tool_name: str
    result: Any = None
    error: dict[str, str] | None = None
    truncated: bool = False


class EpisodeState(BaseModel):
    """Where the episode is."""

    episode_id: str | None = None
    step_count: int = 0
    task: str | None = None
    turn: int = 0
    done: bool = False


class OpenEnvEpisode:
    """What one client plays: an episode at a time. `reset` gives up the one before."""

    def __init__(self, desk: EpisodeDesk, shelf: Shelf) -> None:
        self._desk = desk
        self._shelf = shelf
        self._task: Task | None = None
        self.state = EpisodeState()

    async def reset(self, data: Any) -> dict[str, Any]:
        """Begin an episode; of the id of a finished one tell its end again. Raises ServeError, TaskError."""
        try:
            asked = ResetData.model_validate(data)
        except ValidationError as error:
            raise WrongRequestError(f"reset: {_first(error)}") from error
        if asked.split not in (None, SPLIT):
            raise WrongRequestError(f"there is no split {asked.split[:80]!r}; there is {SPLIT!r}")
        finished = self._ended(asked)
        if finished is not None:
            await self.leave()
            self._task = None
            self.state = EpisodeState(episode_id=finished.episode, task=finished.reward.task, done=True)
            return self._end(Observation(done=True, ending=finished.ending), finished)
        keyed = self._shelf.choose(asked.task, asked.index, asked.seed)
        await self.leave()
        id_, seen = await self._desk.begin(keyed, asked.episode_id)
        self._task = keyed.task
        self.state = EpisodeState(episode_id=id_, task=keyed.task.id)
        return self._seen(seen, None)

    async def step(self, data: Any) -> dict[str, Any]:
        """Do what the action says. Raises ServeError for what is out of order, WrongRequestError for no action."""
        try:
            action = ACTION.validate_python(data)
        except ValidationError as error:
            raise WrongRequestError(f"action: {_first(error)}") from error
        id_ = self.state.episode_id
        if id_ is None:
            raise ServeError("the episode has not begun: reset first")
        self.state.step_count += 1
        match action:
            case ListTools():
                offered = self._task.offered if self._task is not None else []
                return _told({"tools": [shown_tool(spec) for spec in offered]})
            case CallTool(tool_name=name, arguments=arguments):
                answer, finished = await self._desk.call(id_, name, arguments)
                return self._called(name, answer, finished)
            case Message(text=text):
                seen, finished = await self._desk.message(id_, text)
                return self._seen(seen, finished)
            case Submit():
                finished = await self._desk.submit(id_)
                return self._end(Observation(turn=self.state.turn, done=True, ending=finished.ending), finished)

    async def leave(self) -> None:
        """Give up what is played."""
        if self.state.episode_id is not None:
            await self._desk.leave(self.state.episode_id)

    def _ended(self, asked: ResetData) -> Finished | None:
        if asked.episode_id is None or (finished := self._desk.find(asked.episode_id)) is None:
            return None
        if asked.task not in (None, finished.reward.task):
            raise ServeError(f"the episode {asked.episode_id} was of the task {finished.reward.task}")
        return finished

    def _called(self, name: str, answer: CallAnswer, finished: Finished | None) -> dict[str, Any]:
        seen = CallObservation(
            tool_name=as_text(name)[:200],
            error=_error(answer.error) if answer.error is not None else None,
            truncated=answer.truncated,
        )
        self.state.done = finished is not None
        return _told({**seen.model_dump(), "result": answer.content}, finished)

    def _seen(self, seen: Observation, finished: Finished | None) -> dict[str, Any]:
        if finished is not None:
            return self._end(seen, finished)
        self.state.turn = seen.turn
        told = TaskObservation(system=seen.system, message=seen.message, turn=seen.turn).model_dump()
        # Not by the model: it would copy each schema, which takes longer than a call.
        told["tools"] = [shown_tool(spec) for spec in seen.tools]
        return _told(told, episode={"episode_id": self.state.episode_id, "task": self.state.task})

    def _end(self, seen: Observation, finished: Finished) -> dict[str, Any]:
        self.state.done = True
        return _told(TaskObservation(turn=seen.turn, ending=finished.ending).model_dump(), finished)


def shown_tool(spec: ToolSpec) -> dict[str, Any]:
    """Return the tool as OpenEnv tells of one."""
    return {"name": spec.name, "description": spec.description, "input_schema": spec.parameters}


def schemas() -> dict[str, Any]:
    """Return what `/schema` tells."""
    step = {"anyOf": [CallObservation.model_json_schema(), TaskObservation.model_json_schema()]}
    return {
        "action": ACTION.json_schema(),
        "observation": step,
        "state": EpisodeState.model_json_schema(),
        "reset_observation": TaskObservation.model_json_schema(),
    }


def _told(
    observation: dict[str, Any], finished: Finished | None = None, *, episode: dict[str, Any] | None = None
) -> dict[str, Any]:
    told = finished.told() if finished is not None else None
    metadata = {name: value for name, value in told.items() if name != "reward"} if told else episode
    reward, done = (told["reward"], True) if told else (None, False)
    return {"observation": observation, "reward": reward, "done": done, "metadata": metadata or {}}


def _error(error: ToolError) -> dict[str, str]:
    return {"error_type": _ERROR_TYPES[error.kind], "message": error.message}


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = "/".join(map(str, first["loc"]))
    return f"{place}: {first['msg']}" if place else str(first["msg"])
