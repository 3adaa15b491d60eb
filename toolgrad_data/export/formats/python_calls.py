"""A list of Python calls, which is what the ToolGrad paper's models are trained to write.

The system's words hold the candidate tools as JSON, the user's the query, the answer is `[f(a=1), g(b='x')]`.
Names that are no Python identifiers are replaced alike in tools and calls. Of a dialogue each turn is a row, with what
was said, called and answered before it; the last message is the one to learn. So it is with a round of calls that needs
the results of others (`--rounds`); the paper's own list has these calls too, with values that only the results tell.
Source: arXiv 2508.04086; the answer's form is BFCL's (prompting mode).
"""

import ast
from keyword import iskeyword
from typing import Any

from toolgrad_data.export.conversation import Call, Example, Message, UnfitError, last_turn, must_train, to_json, user
from toolgrad_data.export.format import Format, NamedCall, Row, function
from toolgrad_data.export.renaming import as_python
from toolgrad_data.export.thought_forms import without_thought

_INSTRUCTIONS = (
    "You are given a question and a set of functions. Call the functions that are needed to answer it, and put all "
    "calls into one list of Python calls with keyword arguments: [first(a=1, b='x'), second(c=True)]. If no function "
    "can help, or a required argument was not given, say so in words instead of calling."
)
_IN_ROUNDS = "Calls that need what others give come in a list of their own, once those are answered."


class PythonCalls(Format):
    """`{id, kind, messages}`: system, what was said before, the query, and as the last message the answer."""

    name = "python-calls"
    about = "the ToolGrad paper's: tools as JSON, the answer a list of Python calls"
    one_turn = True

    def rows(self, example: Example, number: int) -> list[Row]:  # noqa: ARG002 - rows are not numbered
        """Return one row."""
        example = as_python(example)
        asked, answer = _learned(example)
        tools = to_json([function(tool) for tool in example.tools])
        instructions = f"{_INSTRUCTIONS} {_IN_ROUNDS}" if "round" in example.labels else _INSTRUCTIONS
        system = "\n\n".join(filter(None, (instructions, example.system, f"Functions:\n{tools}")))
        return [
            {
                "id": example.id,
                "kind": example.kind,
                "messages": [
                    {"role": "system", "content": system},
                    *map(_message, asked),
                    _message(answer),
                ],
            }
        ]

    def calls(self, row: Row) -> list[list[NamedCall]]:
        """Return the calls of the answer; none when it is in words."""
        try:
            found = read_python_calls(without_thought(row["messages"][-1]["content"]))
        except ValueError:
            return []
        return [found] if found else []


def _learned(example: Example) -> tuple[tuple[Message, ...], Message]:
    """Return what was said and done before the answer that is learned, and that answer. Raises UnfitError."""
    spoken = example.dialogue
    if "round" in example.labels and spoken[-1].calls:
        must_train(example)
        return spoken[:-1], spoken[-1]
    before, (query, calls, words) = last_turn(example)
    return (*before, user(query)), Message("assistant", words, calls=calls)


def _answer(calls: tuple[Call, ...], words: str) -> str:
    """Return the calls, behind what is thought before them, or the words where there are none."""
    return "\n".join(filter(None, [words, f"[{', '.join(map(python_call, calls))}]"])) if calls else words


def _message(message: Message) -> Row:
    if message.role == "tool":
        return {"role": "tool", "name": message.tool, "content": message.content}
    return {"role": message.role, "content": _answer(message.calls, message.content)}


def python_call(call: Call) -> str:
    """Return the call as Python source. Raises UnfitError for a free-form argument whose name Python does not take."""
    if not all(name.isascii() and name.isidentifier() and not iskeyword(name) for name in call.arguments):
        raise UnfitError("has an argument that its tool does not name, and whose name Python does not take")
    return f"{call.tool}({', '.join(f'{name}={value!r}' for name, value in call.arguments.items())})"


def read_python_calls(text: str) -> list[NamedCall]:
    """Return the calls of a list of Python calls with literal keyword arguments. Raises ValueError."""
    try:
        body = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"not a list of Python calls: {error}") from error
    if not isinstance(body, ast.List):
        raise ValueError("not a list of Python calls")
    found = []
    for element in body.elts:
        name = _name_called(element.func) if isinstance(element, ast.Call) else None
        if not isinstance(element, ast.Call) or name is None or element.args:
            raise ValueError("not a list of Python calls with keyword arguments")
        arguments: dict[str, Any] = {str(word.arg): ast.literal_eval(word.value) for word in element.keywords}
        found.append((name, arguments))
    return found


def _name_called(function: ast.expr) -> str | None:
    """Return a name, also one with dots in it; None for anything else that can be called."""
    if isinstance(function, ast.Attribute):
        above = _name_called(function.value)
        return above and f"{above}.{function.attr}"
    return function.id if isinstance(function, ast.Name) else None
