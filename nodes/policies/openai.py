"""The model policy: the five decisions by any OpenAI-compatible endpoint."""

from graph.record import Role
from nodes.policies.base import (
    AddedMark,
    Critique,
    CritiqueRequest,
    Draft,
    DraftTurn,
    PlanAnswer,
    PlanRequest,
    Proposals,
    ProposeRequest,
    Repair,
    RepairRequest,
    Selection,
    SynthesizeRequest,
)
from nodes.policies.model import rewriting, sections, step_thoughts, writing
from nodes.policies.model.answers import CritiqueAnswer, DraftAnswer, ProposeAnswer, RepairAnswer, RewriteAnswer
from nodes.policies.model.coercion import coerced
from nodes.policies.model.dialogue_writer import halves_of, too_long, write_dialogue
from nodes.policies.model.limits import RetryLimits
from nodes.policies.model.planning import plan_with_model
from nodes.policies.model.proposals import ReadProposals, read_proposals
from nodes.policies.model.results_text import results_text
from nodes.policies.model.settings import AskSettings
from nodes.policies.model.structured import Asker
from nodes.policies.model.tools_text import tool_line, tools_text
from nodes.policies.rendering import render_prompt
from nodes.references import resolve_references
from prompts import Prompt
from tool_registry.json.schema import validation_errors

_JUDGED_TOOL_CHARACTERS = 180
_REPAIRED_TOOL_CHARACTERS = 2_000
_ARGUMENTS_CHARACTERS = 1_500
_GRADIENT_MAX = 4_000
_NOT_NEEDED = "(not needed for this rewrite)"


class OpenAIPolicy:
    """Asks a model for each decision and lets nothing through that is not valid.

    Every method may raise PolicyError (the sample goes on without the decision) and PolicySetupError (no
    request can succeed before the user changes something).
    """

    def __init__(self, settings: AskSettings, limits: RetryLimits | None = None) -> None:
        roles: tuple[Role, ...] = ("propose", "repair", "critique", "plan", "synthesize")
        self._askers = {role: Asker(settings, role, limits) for role in roles}

    async def propose(self, request: ProposeRequest) -> Proposals:
        """Return up to `request.count` calls; arguments may refer to the chain's results or each other's."""
        prompt = await render_prompt(
            "propose",
            tools=tools_text((request.tools[name] for name in request.batch), seed=request.seed),
            setting=sections.setting(request.context, request.policy),
            ingredients=sections.ingredients(request.ingredients),
            chain=sections.chain(request),
            attempts=sections.other_attempts(request),
            critique=sections.last_gradient(request.gradients),
            count=str(request.count),
            aim=sections.propose_aim(request),
        )

        read = ReadProposals()

        def check(answer: ProposeAnswer) -> list[str]:
            nonlocal read
            read = read_proposals(answer, request)
            # One usable call is worth more than the price of asking for all of them again.
            return [] if read.is_usable else read.problems

        _, usage = await self._askers["propose"].ask(prompt, ProposeAnswer, check, request.seed)
        return Proposals(proposals=read.proposals, dropped=read.dropped, usage=usage)

    async def repair(self, request: RepairRequest) -> Repair:
        """Return the call with other arguments that fit the tool's schema, or None when it is given up."""
        spec, proposal = request.spec, request.proposal
        prompt = await render_prompt(
            "repair",
            tool=tool_line(spec, _REPAIRED_TOOL_CHARACTERS, request.seed),
            setting=sections.setting(request.context),
            purpose=proposal.rationale or "(not told)",
            arguments="\n".join(
                sections.as_json(tried, _ARGUMENTS_CHARACTERS) for tried in (request.tried or [proposal.arguments])[-3:]
            ),
            error=sections.failure(request.error),
            hints=sections.hints(spec, proposal.arguments),
        )
        others = {source.step for source in proposal.references.values()}

        def check(answer: RepairAnswer) -> list[str]:
            if answer.arguments is None:
                return []
            arguments = coerced(answer.arguments, spec.parameters)
            resolved = resolve_references(arguments, {}, others)
            if resolved.problems:
                return resolved.problems
            if arguments in request.tried:
                return ["these arguments have failed already"]
            errors = validation_errors(spec.parameters, arguments)
            # What a reference stands for is only known when the other call has run.
            return [error for error in errors if not _concerns(error, set(resolved.pending))]

        answer, usage = await self._askers["repair"].ask(prompt, RepairAnswer, check, request.seed)
        if answer.arguments is None:
            return Repair(proposal=None, usage=usage)
        resolved = resolve_references(coerced(answer.arguments, spec.parameters), {}, others)
        update = {"arguments": resolved.arguments, "references": resolved.pending}
        return Repair(proposal=proposal.model_copy(update=update), usage=usage)

    async def critique(self, request: CritiqueRequest) -> Critique:
        """Return the calls to keep and the gradient. Without a call that can be kept there is nothing to ask."""
        failures = [report for report in request.reports if report.error is not None]
        told = [
            f"Tool {report.proposal.tool} failed: {sections.failure(report.error)}."
            for report in failures
            if report.error
        ]
        if len(failures) == len(request.reports) and not request.reserve:
            words = told or ["Nothing was proposed that could be executed."]
            last = request.gradients[-1] if request.gradients else None
            return Critique(
                selected=[],
                gradient="\n".join([*words, "Try other tools or other values."]),
                # What was looked for still is.
                tools=last.tools if last else [],
                wishes=last.wishes if last else [],
            )
        names = dict.fromkeys(report.proposal.tool for report in request.reports)
        prompt = await render_prompt(
            "critique",
            library=sections.library(request),
            batch=sections.at_hand(request),
            setting=sections.setting(request.context, request.policy),
            chain=sections.judged_chain(request),
            tools="\n".join(
                tool_line(request.tools[name], _JUDGED_TOOL_CHARACTERS) for name in names if name in request.tools
            ),
            reports=sections.judged_reports(request),
            reserve=sections.judged_reserve(request),
            critique=sections.last_gradient(request.gradients),
            aim=sections.critique_aim(request),
        )
        known = {report.proposal.id for report in request.reports if report.ok}
        also = {report.proposal.id for report in request.reserve}

        def check(answer: CritiqueAnswer) -> list[str]:
            if known and not any(verdict.proposal in known | also for verdict in answer.verdicts):
                return [f"/verdicts: one is needed for each of {', '.join(sorted(known))}"]
            return [] if answer.gradient.strip() else ["/gradient: it is empty"]

        answer, usage = await self._askers["critique"].ask(prompt, CritiqueAnswer, check, request.seed)
        chosen = {
            verdict.proposal: Selection(proposal=verdict.proposal, chain=verdict.chain)
            for verdict in answer.verdicts
            if verdict.keep
        }
        gradient = answer.gradient.strip()[:_GRADIENT_MAX]
        unnamed = [line for line, report in zip(told, failures, strict=True) if report.proposal.tool not in gradient]
        return Critique(
            selected=list(chosen.values()),
            gradient="\n".join([gradient, *unnamed]),
            tools=answer.tools,
            wishes=answer.wishes,
            concluded=answer.concluded,
            usage=usage,
        )

    async def plan(self, request: PlanRequest) -> PlanAnswer:
        """Return a plan that holds. Raises PolicyError where the model finds none in two answers."""
        return await plan_with_model(self._askers["plan"], request)

    async def synthesize(self, request: SynthesizeRequest) -> Draft:
        """Return the turns' words; whether they keep the promises is for the proofs to say."""
        if rewriting.is_dialogue(request):
            return await write_dialogue(self._askers["synthesize"], request)
        words = step_thoughts.words_alone(request)
        concerned, anew = rewriting.concerned_halves(words), rewriting.faulty_halves(words)
        values = writing.said_values(request) if "query" in anew else []
        prompt = await render_prompt(
            "synthesize",
            setting=sections.setting(request.context, request.policy),
            chain=writing.calls(request),
            results=results_text(request.steps) if anew or "response" in concerned else _NOT_NEEDED,
            say=writing.must_say(request, values) if "query" in anew else _NOT_NEEDED,
            hide=writing.must_hide(request, values) if "query" in anew else _NOT_NEEDED,
            ends=writing.ends(request),
            style=writing.style(request),
            ingredients=sections.asker(request.ingredients),
            rewrite=rewriting.rewrite(words),
            answer=step_thoughts.with_form(rewriting.answer_form(words), request),
        )
        if rewriting.is_rewrite(request):
            return await self._rewritten(prompt, request)

        def check(answer: DraftAnswer) -> list[str]:
            problems = [f"/{half}: it holds no text" for half, text in halves_of(answer) if not text.strip()]
            return [*problems, *too_long(answer), *step_thoughts.problems_of(answer.thoughts, request)]

        wanted = step_thoughts.answer_of(DraftAnswer, request)
        answer, usage = await self._askers["synthesize"].ask(prompt, wanted, check, request.seed)
        thoughts = step_thoughts.as_thoughts(answer.thoughts, request)
        turns = [DraftTurn(query=answer.query, response=answer.response)]
        return Draft(turns=turns, thoughts=thoughts, usage=usage)

    async def _rewritten(self, prompt: Prompt, request: SynthesizeRequest) -> Draft:
        """Return what changes of the last draft: a half, or marks alone."""

        def check(answer: RewriteAnswer) -> list[str]:
            if not (answer.query or answer.response or answer.marks or answer.thoughts):
                return ["nothing changes: give a half written anew, or marks"]
            return [*too_long(answer), *step_thoughts.problems_of(answer.thoughts, request)]

        wanted = step_thoughts.answer_of(RewriteAnswer, request)
        answer, usage = await self._askers["synthesize"].ask(prompt, wanted, check, request.seed)
        marks = [
            AddedMark(
                half=mark.half or rewriting.place_of(mark.words, mark.target, request).half,
                words=mark.words,
                target=mark.target,
            )
            for mark in answer.marks
        ]
        turn = DraftTurn(query=answer.query or None, response=answer.response or None)
        thoughts = step_thoughts.as_thoughts(answer.thoughts, request)
        return Draft(turns=[turn], marks=marks, thoughts=thoughts, usage=usage)


def _concerns(error: str, pointers: set[str]) -> bool:
    """Tell whether a validation error is about a reference: at it, inside it, or a choice around it."""
    place = error.partition(": ")[0].replace("arguments", "")
    if any(pointer == place or place.startswith(f"{pointer}/") for pointer in pointers):
        return True
    around = any(pointer.startswith(f"{place}/") for pointer in pointers)
    return around and "required property" not in error and "Additional properties" not in error
