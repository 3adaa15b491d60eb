"""The words of a dialogue's turns, asked of a model in one call: all of them, a part, or what is to be mended."""

from nodes.policies.base import AddedMark, Draft, DraftTurn, SynthesizeRequest
from nodes.policies.model import rewriting, sections, step_thoughts, writing
from nodes.policies.model.answers import DialogueAnswer, DialogueRewriteAnswer, DraftAnswer, RewriteAnswer
from nodes.policies.model.dialogue_text import DialogueText
from nodes.policies.model.structured import Asker
from nodes.policies.rendering import render_prompt
from prompts import Prompt

_QUERY_MAX = 6_000
_RESPONSE_MAX = 16_000


async def write_dialogue(asker: Asker, request: SynthesizeRequest) -> Draft:
    """Return the turns `first` to `last`; on a rewrite what changes of them. Raises PolicyError."""
    words = step_thoughts.words_alone(request)
    anew = {place.turn for place in rewriting.concerned_places(words)}
    prompt = await render_prompt(
        "dialogue",
        setting=sections.setting(request.context, request.policy),
        style=writing.style(request) if request.first == 0 else writing.language(request),
        ingredients=sections.asker(request.ingredients),
        turns=DialogueText(request).text(anew),
        rewrite=rewriting.rewrite(words),
        answer=step_thoughts.with_form(rewriting.dialogue_form(words), request),
    )
    if rewriting.is_rewrite(request):
        return await _mended(asker, prompt, request)
    count = request.last + 1 - request.first

    def check(answer: DialogueAnswer) -> list[str]:
        problems = [] if len(answer.turns) == count else [f"/turns: {len(answer.turns)} of them; {count} are wanted"]
        for number, turn in enumerate(answer.turns):
            empty = [f"/{half}: it holds no text" for half, text in halves_of(turn) if not text.strip()]
            problems += [f"/turns/{number}{problem}" for problem in [*empty, *too_long(turn)]]
        return [*problems, *step_thoughts.problems_of(answer.thoughts, request)]

    answer, usage = await asker.ask(prompt, step_thoughts.answer_of(DialogueAnswer, request), check, request.seed)
    turns = [DraftTurn(query=turn.query, response=turn.response) for turn in answer.turns]
    return Draft(turns=turns, thoughts=step_thoughts.as_thoughts(answer.thoughts, request), usage=usage)


async def _mended(asker: Asker, prompt: Prompt, request: SynthesizeRequest) -> Draft:
    """Return what changes of the last draft: halves of turns, or marks alone."""

    def check(answer: DialogueRewriteAnswer) -> list[str]:
        is_changed = answer.marks or answer.thoughts or any(turn.query or turn.response for turn in answer.turns)
        problems = [] if is_changed else [_NOTHING]
        for number, turn in enumerate(answer.turns):
            if not request.first <= turn.turn <= request.last:
                problems.append(f"/turns/{number}/turn: turns {request.first} to {request.last} are written")
            problems += [f"/turns/{number}{problem}" for problem in too_long(turn)]
        return [*problems, *step_thoughts.problems_of(answer.thoughts, request)]

    wanted = step_thoughts.answer_of(DialogueRewriteAnswer, request)
    answer, usage = await asker.ask(prompt, wanted, check, request.seed)
    turns = [DraftTurn() for _ in range(request.first, request.last + 1)]
    for turn in answer.turns:
        turns[turn.turn - request.first] = DraftTurn(query=turn.query or None, response=turn.response or None)
    marks = []
    for mark in answer.marks:
        place = rewriting.place_of(mark.words, mark.target, request)
        turn_of_mark = place.turn if mark.turn is None else mark.turn
        half = mark.half or place.half
        marks.append(AddedMark(turn=turn_of_mark, half=half, words=mark.words, target=mark.target))
    thoughts = step_thoughts.as_thoughts(answer.thoughts, request)
    return Draft(turns=turns, marks=marks, thoughts=thoughts, usage=usage)


_NOTHING = "nothing changes: give a half of a turn written anew, or marks"


def halves_of(answer: DraftAnswer | RewriteAnswer) -> list[tuple[str, str]]:
    """Return the halves by name, empty where one is left out."""
    return [("query", answer.query or ""), ("response", answer.response or "")]


def too_long(answer: DraftAnswer | RewriteAnswer) -> list[str]:
    """Return what is wrong with the lengths of the halves."""
    allowed = {"query": (_QUERY_MAX, "a person writes"), "response": (_RESPONSE_MAX, "wanted are")}
    return [
        f"/{half}: {len(text)} characters; {allowed[half][1]} a few sentences"
        for half, text in halves_of(answer)
        if len(text) > allowed[half][0]
    ]
