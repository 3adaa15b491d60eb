"""Tasks as environments of TRL: the tools of a prompt are those of its task.

trainer = GRPOTrainer(
    model=…,
    reward_funcs=task_reward,
    environment_factory=environments(),
    train_dataset=Dataset.from_list(rows()),
)

Episodes and rewards are toolgrad_data's. The keys, which say what is right, are read here and shown to nobody.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from toolgrad_data.tasks.background import BackgroundLoop
from toolgrad_data.tasks.chat import as_function, final_text, first_messages, refusal, told
from toolgrad_data.tasks.episode import Episode, EpisodeError
from toolgrad_data.tasks.golden import TaskError
from toolgrad_data.tasks.hosting import HostedTasks
from toolgrad_data.tasks.task import Task

Json = dict[str, Any]
#: What a policy answers the person with where more messages may come: TRL ends a rollout at a message without a call.
_REPLY_WORDS = (
    "Give the person your final message on what they have asked, and get what they say next. Every message of theirs "
    "is answered by this tool, once all is done that it asks for."
)
_NOTHING_MORE = "The person has nothing more to ask: end here."

log = logging.getLogger(__name__)


def rows() -> list[Json]:
    """Return a row a task for the trainer's data set: the prompt, and the name of its environment."""
    hosted = _tasks()
    return [{"prompt": first_messages(each.task), "environment": id_} for id_, each in hosted.tasks.items()]


def environments() -> dict[str, Callable[[], Any]]:
    """Return what makes the environments of each task, by the name in the rows."""
    return {id_: EnvironmentFactory(id_) for id_ in _tasks().tasks}


def task_reward(completions: Sequence[Any], environments: Sequence[Any], **_: Any) -> list[float | None]:
    """Return each rollout's total; None, which TRL leaves out, where the tools no longer give the same."""
    return [
        environment._finish(_final_message(completion))
        for completion, environment in zip(completions, environments, strict=True)
    ]


@dataclass(frozen=True)
class EnvironmentFactory:
    """Makes environments of a task. A class of its own, for TRL looks for tools on the class."""

    task: str

    def __call__(self) -> Any:
        """Return a new environment; it opens nothing before `reset`."""
        return _environment_class(self.task)(_tasks().task(self.task))


class Tool(dict[str, Any]):
    """A tool with its own JSON Schema, as chat templates take it, which can be called as TRL calls a method."""

    def __init__(self, function: Json, call: Callable[[str, Json], str]) -> None:
        super().__init__(function)
        self.__name__ = function["function"]["name"]
        self._call = call

    def __call__(self, /, **arguments: Any) -> str:
        """Call it, and return what a tool's message says."""
        return self._call(self.__name__, arguments)


class TaskEnvironment:
    """Episodes of a task, one after another. Its public attributes beside `reset` are the tools."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._episode: Episode | None = None
        self._reply = _reply_name(task)
        for number, function in enumerate(_functions(task)):
            setattr(self, _attribute(number), Tool(function, self._call))

    def reset(self, **_: Any) -> None:
        """Begin an episode with a session of its own; the prompt has been told by the row."""
        _loop().run(self._begin())

    async def _begin(self) -> None:
        if self._episode is not None:
            await self._episode.aclose()
        self._episode = _tasks().environment.open(self._task)
        await self._episode.reset()

    def _call(self, name: str, arguments: Json) -> str:
        try:
            return _loop().run(self._answer(name, arguments))
        except EpisodeError as error:
            return refusal(str(error))

    async def _answer(self, name: str, arguments: Json) -> str:
        episode = self._begun()
        if name != self._reply:
            return told(await episode.call(name, arguments))
        seen = await episode.message(final_text(str(arguments.get("message", ""))))
        return _NOTHING_MORE if seen.message is None else seen.message

    def _finish(self, message: str | None) -> float | None:
        return _loop().run(self._score(message))

    async def _score(self, message: str | None) -> float | None:
        episode = self._begun()
        if message is not None and not episode.done:
            await episode.message(final_text(message))
        try:
            return (await _tasks().score(await episode.submit())).total
        except TaskError as error:
            log.warning("no reward: %s", error)
            return None

    def _begun(self) -> Episode:
        if self._episode is None:
            raise EpisodeError("the episode has not begun: call reset first")
        return self._episode


@cache
def _loop() -> BackgroundLoop:
    return BackgroundLoop()


@cache
def _tasks() -> HostedTasks:
    return _loop().run(HostedTasks.open(Path(__file__).parent))


@cache
def _environment_class(task: str) -> type[TaskEnvironment]:
    """Return the class of a task's environments: its functions only say how many tools there are."""
    names = [_attribute(number) for number in range(len(_functions(_tasks().task(task))))]
    return type("TaskEnvironment", (TaskEnvironment,), dict.fromkeys(names, _stand_in))


def _stand_in(self: TaskEnvironment, **arguments: Any) -> str:
    """Stand for a tool on the class; on the instance stands the tool itself."""
    raise NotImplementedError


def _attribute(number: int) -> str:
    return f"tool_{number:03}"


def _functions(task: Task) -> list[Json]:
    """Return the tools of a task, and one to answer the person with where there is more than one message."""
    functions = [as_function(spec) for spec in task.offered]
    if (name := _reply_name(task)) is not None:
        message = {"type": "string", "description": "Your final message."}
        parameters = {"type": "object", "properties": {"message": message}, "required": ["message"]}
        function = {"name": name, "description": _REPLY_WORDS, "parameters": parameters}
        functions.append({"type": "function", "function": function})
    return functions


def _reply_name(task: Task) -> str | None:
    """Return the name of the tool to answer with, which is no other tool's; None where the only message is answered."""
    if len(task.messages) == 1:
        return None
    taken = {spec.name for spec in task.offered}
    return next(name for name in ("reply", "reply_to_person", *(f"reply_{n}" for n in range(99))) if name not in taken)


def _final_message(completion: Any) -> str | None:
    """Return the words of a completion that ends with the assistant's own; None for one that was cut in its calls."""
    if isinstance(completion, str):
        return completion
    last = completion[-1] if completion else {}
    if last.get("role") != "assistant" or last.get("tool_calls"):
        return None
    content = last.get("content")
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content)
    return content or ""
