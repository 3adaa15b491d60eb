"""Bad marks on purpose: drafts whose words are right and whose links are not, or the other way round."""

import random
from dataclasses import replace
from typing import Any, Literal, get_args

from nodes.marks.figures import figures_of
from nodes.marks.parse import Mark, Marked, Reference, parse, render

Json = dict[str, Any]

#: `swapped`: two marks of the response trade what they refer to. `dangling`: one refers to nothing. `moved`: one lies
#: on the words behind its own. `widened`: it goes on to the next figure. `wrong_figure`: its words tell another figure.
#: `unmarked`: the response has no marks. `asks_nothing`: the query does not ask for any step.
BadMark = Literal["swapped", "dangling", "moved", "widened", "wrong_figure", "unmarked", "asks_nothing"]
BAD_MARKS: tuple[BadMark, ...] = get_args(BadMark)

_NOWHERE = (Reference("s1", "/nowhere/at/all"),)


def spoil_marks(answer: Json, kind: BadMark, rng: random.Random) -> Json | None:
    """Return the draft with a mark spoilt, or None where it has none of which that could be done."""
    half = "query" if kind == "asks_nothing" else "response"
    if not answer.get(half):
        return None
    spoilt = _spoilt(parse(answer[half]), kind, rng)
    return {**answer, half: render(spoilt)} if spoilt is not None else None


def _spoilt(text: Marked, kind: BadMark, rng: random.Random) -> Marked | None:
    marks = list(text.marks)
    figures = [mark for mark in marks if figures_of(text.text[mark.start : mark.end])]
    match kind:
        case "asks_nothing":
            left = [mark for mark in marks if all(reference.pointer for reference in mark.references)]
            return Marked(text.text, tuple(left)) if len(left) < len(marks) else None
        case "unmarked":
            return Marked(text.text) if marks else None
        case "swapped":
            if len(figures) < 2:
                return None
            one, other = rng.sample(figures, 2)
            traded = {one: replace(one, references=other.references), other: replace(other, references=one.references)}
            return Marked(text.text, tuple(traded.get(mark, mark) for mark in marks))
    if not figures:
        return None
    mark = rng.choice(figures)
    if kind == "wrong_figure":
        return _with_other_figure(text, mark, rng)
    changed = _changed(text, mark, kind)
    return None if changed is None else Marked(text.text, tuple(changed if each is mark else each for each in marks))


def _changed(text: Marked, mark: Mark, kind: BadMark) -> Mark | None:
    if kind == "dangling":
        return replace(mark, references=_NOWHERE)
    behind = next((each.start for each in text.marks if each.start >= mark.end), len(text.text))
    if kind == "widened":
        later = [mark.end + each.end for each in figures_of(text.text[mark.end :]) if not each.soft]
        return replace(mark, end=later[0]) if later else None
    words = text.text[mark.end : behind]
    start = mark.end + len(words) - len(words.lstrip())
    word = words.split()[:1]
    return replace(mark, start=start, end=start + len(word[0])) if word else None


def _with_other_figure(text: Marked, mark: Mark, rng: random.Random) -> Marked:
    """Change a digit of the mark's words and nothing else."""
    digits = [at for at in range(mark.start, mark.end) if text.text[at].isdecimal()]
    if not digits:
        return text
    at = rng.choice(digits)
    other = str((int(text.text[at]) + rng.randint(1, 8)) % 10)
    return Marked(text.text[:at] + other + text.text[at + 1 :], text.marks)
