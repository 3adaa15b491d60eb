"""What of a run's settings is refused before anything is written, beyond what each setting admits by itself."""

from graph.context import Context
from graph.mix import parse_lengths
from nodes.policies.base import PolicySetupError
from nodes.policies.lookup import DECISIONS, UnknownPolicyError, asked_models, policy_for
from nodes.policies.model.settings import api_key
from tool_registry.language_names import is_english, language_name
from toolgrad_data.errors import UsageError
from toolgrad_data.runs.settings import RunSettings
from toolgrad_data.screening import check_screens


def check_engine(settings: RunSettings) -> None:
    """Raise UsageError for settings of one engine that are given to another."""
    if settings.engine == "ray" and settings.workers > 1:
        raise UsageError("--workers is for one machine; with --engine ray the cluster's CPUs decide. Leave it out.")
    if settings.engine != "ray" and settings.address is not None:
        raise UsageError("--address names a Ray cluster: add --engine ray, or leave it out.")
    if settings.engine == "ray" and settings.store is None and settings.keep_checkpoints != "none":
        raise UsageError(
            f"--keep-checkpoints {settings.keep_checkpoints}: on a Ray cluster they are files of the node, and go with "
            "their task. Add --store, or leave it out."
        )
    if settings.engine == "ray" and settings.store is None and settings.context.review:
        raise UsageError(
            "--review: samples wait in their checkpoints, and on a Ray cluster these are files of the node, which go "
            "with their task. Add --store, or make the run without a cluster."
        )


def check_method(settings: RunSettings) -> None:
    """Raise UsageError for settings that the method has no use for."""
    if settings.method == "dfs" and settings.context.thoughts:
        raise UsageError("--thoughts: query first (dfs) writes none. Leave it out, or use toolgrad generate.")
    if settings.method == "dfs" and any(high > 1 for _, high, _ in parse_lengths(settings.context.turns, "turns")):
        raise UsageError(
            f"--turns {settings.context.turns}: query first (dfs) makes single turns. Leave it out, or make dialogues "
            "answer first with toolgrad generate."
        )


def check_policies(context: Context) -> None:
    """Raise UsageError unless there is a policy for each decision, a key where one is needed, and each screen."""
    try:
        for role in DECISIONS:
            policy_for(role, context)
        for asked in asked_models(context):
            api_key(asked)
    except (UnknownPolicyError, PolicySetupError) as error:
        raise UsageError(str(error)) from error
    check_screens(context.screens)
    if context.judge is not None and context.judge == context.writer and not context.judge_own_writing:
        raise UsageError(
            f"--judge {context.judge} writes the queries too: it would judge its own words.\n"
            "Name another model, or allow it with --judge-own-writing."
        )


def unwritten_language(context: Context) -> str | None:
    """Return the language that records should have by their locale and that their writer does not know, or None."""
    wanted = language_name(context.locale, context.language)
    return wanted if context.writer == "offline" and not is_english(wanted) else None
