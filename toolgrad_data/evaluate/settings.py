"""What an evaluation is asked to be: from the command line, a TOML file of models' settings, and the defaults."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo

from graph.context import Context
from graph.option import Option
from nodes.policies.model.conversing import CallForm
from toolgrad_data.errors import UsageError
from toolgrad_data.reviews.choice import REVIEWED_HELP, Reviewed
from toolgrad_data.runs.limits import RunLimits
from toolgrad_data.runs.setting_errors import setting_error
from toolgrad_data.runs.settings import context_settings


class EvaluatePanel(StrEnum):
    """The parts of `toolgrad evaluate --help`, in their order."""

    PLAYED = "What is played"
    LIMITS = "Limits (what is done is kept; a higher one goes on)"


class EvaluateSettings(RunLimits):
    """An evaluation, beside how the model is reached, which is a `Context`'s."""

    model: Annotated[str, Field(min_length=1, description="Model that plays, by the endpoint's name for it.")]
    trials: Annotated[
        int,
        Field(ge=1, le=100, description="Trials of each task, each with a seed of its own; may grow."),
        Option(panel=EvaluatePanel.PLAYED, short="-k", metavar="K"),
    ] = 4
    out: Annotated[
        Path | None,
        Field(description="Folder of the evaluation, instead of evaluations/MODEL in the run's."),
        Option(short="-o", metavar="FOLDER"),
    ] = None
    limit: Annotated[int | None, Field(ge=1, description="Only the first N tasks."), Option(metavar="N")] = None
    reviewed: Annotated[Reviewed | None, Field(description=f"{REVIEWED_HELP} Of a run only.")] = None
    negatives: Annotated[
        float,
        Field(
            ge=0,
            le=0.9,
            description="Share of what is played in which no tool can help, or a value is missing and to be asked for; "
            "of a run only.",
        ),
        Option(metavar="SHARE"),
    ] = 0.2
    offered: Annotated[
        int,
        Field(ge=1, le=500, description="Tools that a task of a run offers, its own among them.", examples=[10]),
        Option(metavar="N"),
    ] = 10
    max_calls: Annotated[
        int | None, Field(ge=1, le=10_000, description="Calls of an episode, instead of the task's own limit.")
    ] = None
    call_form: Annotated[
        CallForm,
        Field(
            description="native; text tells tools and reads calls in words; auto is native until the endpoint refuses "
            "tools."
        ),
    ] = "auto"
    seed: Annotated[int, Field(ge=0, lt=2**63, description="Draws tools and seeds of trials."), Option(metavar="S")] = 0
    concurrency: Annotated[int, Field(ge=1, le=1024, description="Episodes under way at once.")] = 8
    judge: Annotated[
        str | None,
        Field(description="Model that rates the answers from 1 to 5, at the same endpoint."),
        Option(metavar="MODEL"),
    ] = None


#: How the model is reached and which tools are played with: settings of `toolgrad generate`.
OF_CONTEXT = (
    "tools",
    "allow_unannotated",
    "allow_writes",
    "base_url",
    "api_key_env",
    "temperature",
    "reasoning_effort",
    "max_answer_tokens",
    "request_timeout_s",
    "requests_per_minute",
    "response_cache",
    "prices",
)
_OF_TOOLS = ("tools", "allow_unannotated", "allow_writes")

#: What `toolgrad evaluate` can be told, by name.
SETTINGS: dict[str, FieldInfo] = {
    "model": EvaluateSettings.model_fields["model"],
    **{name: Context.model_fields[name] for name in OF_CONTEXT if name not in _OF_TOOLS},
    **{name: Context.model_fields[name] for name in _OF_TOOLS},
    **EvaluateSettings.model_fields,
}


def evaluate_settings(given: Mapping[str, Any]) -> EvaluateSettings:
    """Return validated settings. Raises UsageError: the option, the value and what is allowed."""
    if "model" not in given:
        raise UsageError(
            "--model is missing: which model plays?\n"
            "Example: toolgrad evaluate runs/first --model qwen3 --base-url http://localhost:8000/v1"
        )
    try:
        return EvaluateSettings(**{name: value for name, value in given.items() if name not in OF_CONTEXT})
    except ValidationError as error:
        raise setting_error(error, SETTINGS, "evaluate") from error


def evaluate_context(given: Mapping[str, Any], config: Path | None, run: Context | None) -> Context:
    """Return how the model is reached, and the tools: those given, else those of the run. Raises UsageError."""
    options = {name: value for name, value in given.items() if name in OF_CONTEXT}
    chosen = context_settings(options, config)
    if run is not None and chosen.tools == Context().tools and "tools" not in options:
        same = {name: getattr(run, name) for name in (*_OF_TOOLS, "tool_timeout_s", "max_result_bytes", "rules")}
        chosen = chosen.model_copy(update={name: value for name, value in same.items() if name not in options})
    return chosen
