"""What an episode earned, by its trace and the golden replay; nothing else is looked at."""

from toolgrad_data.tasks.answer import SpareCall, score_answer
from toolgrad_data.tasks.effects import has_writes, score_effects
from toolgrad_data.tasks.episode import EpisodeError
from toolgrad_data.tasks.evidence import compare_calls, score_evidence
from toolgrad_data.tasks.golden import Golden
from toolgrad_data.tasks.refused import score_refused
from toolgrad_data.tasks.reward import Reward, RewardPart, RewardWeights
from toolgrad_data.tasks.trace import Trace


def score(golden: Golden, trace: Trace, weights: RewardWeights | None = None) -> Reward:
    """Return the reward. Raises EpisodeError for an episode that goes on, and for one of another task."""
    if trace.task != golden.trace.task:
        raise EpisodeError(f"the episode is of {trace.task}, not of {golden.trace.task}")
    if trace.ending is None:
        raise EpisodeError("the episode goes on: submit it first")
    record, compared = compare_calls(golden, trace)
    calls = [(turn.message, call) for turn in compared.turns for call in turn.calls if call.error is None]
    results = {call.step: call.result for _, call in calls if call.step is not None}
    spare = [SpareCall(number, call.tool, call.result) for number, call in calls if call.step is None]
    evidence, effects = score_evidence(record, compared), score_effects(golden, trace)
    answer = score_answer(golden, trace, results, spare)
    refused, economy = score_refused(golden, trace), _economy(golden, trace)
    parts = {"evidence": evidence, "effects": effects, "answer": answer, "refused": refused}
    solved = all(part.score in (None, 1.0) for part in parts.values()) and evidence.score == 1.0
    is_broken = refused.score == 0 or (effects.score == 0 and not has_writes(golden))
    total = 0.0 if is_broken else _weighted({**parts, "economy": economy}, weights or RewardWeights(), golden)
    return Reward(task=trace.task, total=total, solved=solved, economy=economy, **parts)


def _weighted(parts: dict[str, RewardPart], weights: RewardWeights, golden: Golden) -> float:
    """Return the mean of the parts that apply and can be earned."""
    counted = [
        (getattr(weights, name), part.score)
        for name, part in parts.items()
        if name in RewardWeights.model_fields and part.score is not None
        if name != "effects" or has_writes(golden)
    ]
    whole = sum(weight for weight, _ in counted)
    earned = sum(weight * part for weight, part in counted)
    return earned / whole if whole else 0.0


def _economy(golden: Golden, trace: Trace) -> RewardPart:
    own, made = len(golden.trace.calls()), len(trace.calls())
    return RewardPart(score=min(1.0, own / max(made, 1)) if made else 0.0, reason=f"{made} calls; the record has {own}")
