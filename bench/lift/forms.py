"""The forms of an answer: Python calls, JSON calls or Hermes' tags, each with a thought before the calls or without."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bench.lift.json_calls import (
    as_json,
    as_tagged,
    find_json_calls,
    find_tagged_calls,
    is_json_calls,
    is_tagged_calls,
)
from bench.lift.reading import NO_FIT, Named, find_calls, is_calls

_OPENING, _CLOSING = "<think>", "</think>"


@dataclass(frozen=True)
class Form:
    """How calls are asked for, written and read; what is read of an answer stands behind its thought."""

    name: str
    label: str
    #: What the system says.
    system: str
    #: Writes a list of Python calls, which is how examples have them.
    write: Callable[[str], str]
    #: Finds the first calls wherever they stand.
    find: Callable[[str], list[Named] | None]
    #: Says whether a text without spaces around it is calls and nothing else.
    is_whole: Callable[[str], bool]
    has_thoughts: bool = False

    def answer(self, calls: str, thought: str) -> str:
        """Return the answer that is learned: calls in Python's notation, or a refusal, which has no thought."""
        if calls == NO_FIT:
            return calls
        said = self.write(calls)
        return f"{_OPENING}\n{thought}\n{_CLOSING}\n{said}" if self.has_thoughts and thought else said

    def find_calls(self, text: str) -> list[Named] | None:
        """Return the first calls that stand anywhere behind the thought."""
        return self.find(split_thought(text)[1])

    def declines(self, text: str) -> bool:
        """Say whether the answer is that no function fits."""
        return split_thought(text)[1] == NO_FIT

    def is_strict(self, text: str) -> bool:
        """Say whether the whole answer is in the form that was asked for."""
        thought, said = split_thought(text)
        if said == NO_FIT:
            return self.has_thoughts or not thought
        return bool(thought) == self.has_thoughts and self.is_whole(said)


def split_thought(text: str) -> tuple[str, str]:
    """Return the thought, empty where there is none, and what stands behind it; of one that does not end, nothing."""
    before, closing, behind = text.partition(_CLOSING)
    opened = before.strip().startswith(_OPENING)
    if not closing and not opened:
        return "", text.strip()
    return before.strip().removeprefix(_OPENING).strip(), behind.strip()


_REFUSAL = f"If none of them can answer it, write: {NO_FIT}"
PYTHON = Form(
    "python",
    "Python calls",
    f"Answer the question with a list of Python calls of the given functions, such as [f(a=1, b='x')]. {_REFUSAL}",
    str,
    find_calls,
    is_calls,
)
JSON = Form(
    "json",
    "JSON calls",
    "Answer the question with a JSON list of calls of the given functions, such as "
    f'[{{"name": "f", "arguments": {{"a": 1, "b": "x"}}}}]. {_REFUSAL}',
    as_json,
    find_json_calls,
    is_json_calls,
)
#: The words are those of NousResearch's Hermes-Function-Calling, shortened; the functions stand in the user's message,
#: as in the other forms, so that the answer alone differs.
HERMES = Form(
    "hermes",
    "Hermes",
    "You are a function calling AI model. For each function call return a JSON object with function name and arguments "
    f'within tags:\n<tool_call>\n{{"name": <function-name>, "arguments": <args-dict>}}\n</tool_call>\n{_REFUSAL}',
    as_tagged,
    find_tagged_calls,
    is_tagged_calls,
)


def with_thoughts(form: Form) -> Form:
    """Return the form with a thought before the calls."""
    return replace(
        form,
        name=f"{form.name}-thoughts",
        label=f"{form.label} behind a thought",
        system=f"{form.system}\nBefore calls say why, within {_OPENING}{_CLOSING}.",
        has_thoughts=True,
    )


#: All of them, in the order of the table.
FORMS = tuple(made for form in (PYTHON, JSON, HERMES) for made in (form, with_thoughts(form)))
