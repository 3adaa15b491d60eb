"""What models are asked to answer with: pydantic models, and the JSON Schemas that are sent.

Unknown members are ignored and near misses are read (a bare list, arguments as JSON text, "new" for no
chain): weak models write them, and nothing is lost. What the members mean is judged by the decisions.
"""

import json
from functools import cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from nodes.marks.parse import parse
from nodes.policies.model.thoughts import without_thoughts
from tool_registry.json.native import NotJSONError, to_json_native
from tool_registry.json.plain_text import clean_texts


def list_of(**properties: Any) -> dict[str, Any]:
    """Return the schema of a list of objects that have all of these."""
    return {
        "type": "array",
        "items": {"type": "object", "properties": properties, "required": list(properties)},
    }


class Answer(BaseModel):
    """The base of all answers; `schema_of` gives what is sent."""

    model_config = ConfigDict(extra="ignore")

    #: The properties of what is sent, where they do not stand below.
    members: ClassVar[dict[str, Any]] = {}

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        try:
            return clean_texts(value)
        except NotJSONError as error:
            raise ValueError(str(error)) from error


def _object_of_text(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return clean_texts(to_json_native(json.loads(value))[0]) if value.strip() else {}
        except (ValueError, RecursionError):
            return value
    return {} if value is None else value


def _text_of_any(value: Any) -> str:
    if value is None:
        return ""
    return without_thoughts(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _said(value: Any) -> Any:
    return without_thoughts(value) if isinstance(value, str) else value


Arguments = Annotated[dict[str, Any], BeforeValidator(_object_of_text)]
#: What a model says, without what it thinks aloud; `Words` are read of any value.
Text = Annotated[str, BeforeValidator(_said)]
Words = Annotated[str, BeforeValidator(_text_of_any)]


class CallAnswer(Answer):
    """One proposed call."""

    why: Words = ""
    tool: str
    arguments: Arguments = {}

    @model_validator(mode="before")
    @classmethod
    def _as_protocols_call_it(cls, value: Any) -> Any:
        """Read `{"name", "arguments"}`, `{"function": {…}}` and "parameters" as well."""
        if not isinstance(value, dict) or "tool" in value:
            return value
        function = value.get("function")
        inner = {**value, **function} if isinstance(function, dict) else value
        name = inner.get("name", function)
        given: Any = next((inner[key] for key in ("arguments", "parameters", "args") if key in inner), {})
        return value if name is None else {"why": inner.get("why"), "tool": name, "arguments": given}


class ProposeAnswer(Answer):
    """The proposed calls; the first is p1, the second p2 and so on."""

    calls: list[CallAnswer]

    @model_validator(mode="before")
    @classmethod
    def _list_or_one(cls, value: Any) -> Any:
        if isinstance(value, list):
            return {"calls": value}
        if isinstance(value, dict) and "calls" not in value:
            if isinstance(value.get("proposals"), list):
                return {"calls": value["proposals"]}
            if isinstance(value.get("tool_calls"), list):
                return {"calls": value["tool_calls"]}
            if value.keys() & {"tool", "name", "function"}:
                return {"calls": [value]}
        return value


class RepairAnswer(Answer):
    """Other arguments for a call, or null to give it up."""

    why: Words = ""
    arguments: Annotated[dict[str, Any] | None, BeforeValidator(lambda value: _repaired(value))]


def _repaired(value: Any) -> Any:
    return None if value is None else _object_of_text(value)


def _chain(value: Any) -> Any:
    if isinstance(value, str):
        digits = value.lower().removeprefix("chain").removeprefix("c").strip()
        return int(digits) if digits.isdecimal() and len(digits) < 6 else None
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        return None
    return None if isinstance(value, int | float) and value < 0 else value


def _call_name(value: Any) -> Any:
    return value.strip().strip("{}").strip() if isinstance(value, str) else value


class VerdictAnswer(Answer):
    """The judgement of one call: reasons first."""

    proposal: Annotated[str, BeforeValidator(_call_name)]
    reason: Words
    keep: bool
    chain: Annotated[int | None, BeforeValidator(_chain)] = None


#: What a model may call a text that it puts into an object.
_TEXT_MEMBERS = ("name", "tool", "wish", "words")


def _texts(value: Any) -> list[str]:
    """Read a text alone, with commas or lines in it, and objects that have a text, too."""
    match value:
        case str():
            items: list[Any] = value.split("," if "," in value else "\n")
        case dict():
            items = [value] if value.keys() & set(_TEXT_MEMBERS) else list(value)
        case list():
            items = value
        case _:
            return []
    texts = [
        next((item[name] for name in _TEXT_MEMBERS if name in item), None) if isinstance(item, dict) else item
        for item in items
    ]
    return [without_thoughts(text) for text in texts if isinstance(text, str)]


Texts = Annotated[list[str], BeforeValidator(_texts)]


def _is_true(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.strip().casefold() in ("true", "yes"))


class CritiqueAnswer(Answer):
    """The verdicts, then the gradient, then what it looks for (names of tools, words to search the library with).

    Last, whether the chain is to end.
    """

    verdicts: list[VerdictAnswer]
    gradient: Words = Field(min_length=1)
    tools: Texts = []
    wishes: Texts = []
    concluded: Annotated[bool, BeforeValidator(_is_true)] = False


class ThoughtAnswer(Answer):
    """A thought before the call of a step."""

    step: Annotated[Words, AfterValidator(lambda step: step.strip().strip("[](){} "))]
    thought: Annotated[Words, AfterValidator(lambda thought: parse(thought).text.strip())]


def _thoughts(value: Any) -> Any:
    """Read a map from step to thought as well."""
    match value:
        case dict() if "step" in value:
            return [value]
        case dict():
            return [{"step": step, "thought": thought} for step, thought in value.items()]
        case list():
            return [each for each in value if isinstance(each, dict) and each.keys() >= {"step", "thought"}]
    return []


Thoughts = Annotated[list[ThoughtAnswer], BeforeValidator(_thoughts)]


class DraftAnswer(Answer):
    """A query and the response to it; thoughts where they are wanted."""

    query: Text = Field(min_length=1)
    response: Text = Field(min_length=1)
    thoughts: Thoughts = []


def _half(value: Any) -> Any:
    half = str(value or "").strip().casefold()
    return half if half in ("query", "response") else {"request": "query", "answer": "response"}.get(half, "")


class MarkAnswer(Answer):
    """Words of the last draft and what they say; without a half they are looked for."""

    half: Annotated[Literal["query", "response", ""], BeforeValidator(_half)] = ""
    words: Annotated[Words, AfterValidator(lambda words: parse(words).text.strip())]
    target: Annotated[Words, AfterValidator(lambda target: target.strip().strip("[]() "))]


def _marks(value: Any) -> Any:
    """Read a map from step to words as well."""
    match value:
        case None:
            return []
        case dict() if "words" in value:
            return [value]
        case dict():
            return [{"target": target, "words": words} for target, words in value.items() if words]
        case list():
            return [mark for mark in value if not isinstance(mark, dict) or (mark.get("words") and mark.get("target"))]
    return value


class RewriteAnswer(Answer):
    """What changes of a draft: a half written anew, marks for words that stay; null for what stays as it is."""

    query: Annotated[str | None, BeforeValidator(_said)] = None
    response: Annotated[str | None, BeforeValidator(_said)] = None
    marks: Annotated[list[MarkAnswer], BeforeValidator(_marks)] = []
    thoughts: Thoughts = []


class QueryAnswer(Answer):
    """A query that is written first."""

    query: Text = Field(min_length=1)


class ResponseAnswer(Answer):
    """A response that is written anew."""

    response: Text = Field(min_length=1)


#: What else the actions of a search are called.
_ACTIONS = {"giveup": "give_up", "undo": "give_up", "answer": "finish", "give_answer": "finish", "continue": "call"}


def _action(value: Any) -> Any:
    """Read an action in other spellings, too."""
    action = str(value or "").strip().casefold().replace(" ", "_").replace("-", "_")
    return _ACTIONS.get(action, action)


class SearchAnswer(Answer):
    """A search's next move: the call to make, or the response, or neither."""

    why: Words = ""
    action: Annotated[Literal["call", "finish", "give_up"], BeforeValidator(_action)]
    tool: str | None = None
    arguments: Arguments = {}
    response: Annotated[str | None, BeforeValidator(_said)] = None


def _turns(value: Any) -> Any:
    """Read a bare list, and one turn without a list, as well."""
    if isinstance(value, list):
        return {"turns": value}
    return {"turns": [value]} if isinstance(value, dict) and "turns" not in value and "query" in value else value


class DialogueAnswer(Answer):
    """The turns of a dialogue that were asked for, in order."""

    turns: Annotated[list[DraftAnswer], Field(min_length=1)]
    thoughts: Thoughts = []

    _read = model_validator(mode="before")(_turns)


class TurnRewriteAnswer(RewriteAnswer):
    """What changes of a turn; its number is wanted."""

    turn: int = Field(ge=0)


class TurnMarkAnswer(MarkAnswer):
    """A mark for words of a turn; without its number they are looked for."""

    turn: int | None = None


class DialogueRewriteAnswer(Answer):
    """What changes of a dialogue's turns; those that are left out stay as they were."""

    turns: Annotated[list[TurnRewriteAnswer], BeforeValidator(lambda value: [] if value is None else value)] = []
    marks: Annotated[list[TurnMarkAnswer], BeforeValidator(_marks)] = []
    thoughts: Thoughts = []


class SolveAnswer(Answer):
    """A solver's thoughts, then its calls, or without calls its answer."""

    reasoning: Words = ""
    calls: Annotated[list[CallAnswer], BeforeValidator(lambda value: [] if value is None else value)] = []
    answer: Annotated[str | None, BeforeValidator(lambda value: None if value is None else _text_of_any(value))] = None


def _score(value: Any) -> Any:
    """Read 4.0, "4" and "4/5" as 4."""
    if isinstance(value, str):
        value = value.partition("/")[0].strip()
        return float(value) if value.replace(".", "", 1).isdecimal() else value
    return value


Score = Annotated[int, BeforeValidator(_score), Field(ge=1, le=5)]


class RatingAnswer(Answer):
    """A judge's scores, the reasons before them."""

    naturalness_reason: Words
    naturalness: Score
    would_ask_reason: Words
    would_ask: Score


class QualityAnswer(Answer):
    """A judge's score of an assistant's answers, the reason before it."""

    reason: Words
    score: Score


_CALLS = list_of(why={"type": "string"}, tool={"type": "string"}, arguments={"type": "object"})
_VERDICTS = list_of(
    proposal={"type": "string"},
    reason={"type": "string"},
    keep={"type": "boolean"},
    chain={"type": ["integer", "null"]},
)
_MARK = {"half": {"enum": ["query", "response"]}, "words": {"type": "string"}, "target": {"type": "string"}}
_TEXTS = {"type": "array", "items": {"type": "string"}}
# Written by hand, in the order in which a model should think: a generated schema is twice as long.
_SCHEMAS: dict[type[Answer], dict[str, Any]] = {
    ProposeAnswer: {"calls": _CALLS},
    RepairAnswer: {"why": {"type": "string"}, "arguments": {"type": ["object", "null"]}},
    CritiqueAnswer: {
        "verdicts": _VERDICTS,
        "gradient": {"type": "string"},
        "tools": _TEXTS,
        "wishes": _TEXTS,
        "concluded": {"type": "boolean"},
    },
    DraftAnswer: {"query": {"type": "string"}, "response": {"type": "string"}},
    RewriteAnswer: {
        "query": {"type": ["string", "null"]},
        "response": {"type": ["string", "null"]},
        "marks": list_of(**_MARK),
    },
    DialogueAnswer: {"turns": list_of(query={"type": "string"}, response={"type": "string"})},
    DialogueRewriteAnswer: {
        "turns": list_of(
            turn={"type": "integer"}, query={"type": ["string", "null"]}, response={"type": ["string", "null"]}
        ),
        "marks": list_of(turn={"type": "integer"}, **_MARK),
    },
    SolveAnswer: {
        "reasoning": {"type": "string"},
        "calls": list_of(tool={"type": "string"}, arguments={"type": "object"}),
        "answer": {"type": ["string", "null"]},
    },
    QueryAnswer: {"query": {"type": "string"}},
    ResponseAnswer: {"response": {"type": "string"}},
    SearchAnswer: {
        "why": {"type": "string"},
        "action": {"enum": ["call", "finish", "give_up"]},
        "tool": {"type": ["string", "null"]},
        "arguments": {"type": ["object", "null"]},
        "response": {"type": ["string", "null"]},
    },
    RatingAnswer: {
        "naturalness_reason": {"type": "string"},
        "naturalness": {"type": "integer", "minimum": 1, "maximum": 5},
        "would_ask_reason": {"type": "string"},
        "would_ask": {"type": "integer", "minimum": 1, "maximum": 5},
    },
    QualityAnswer: {"reason": {"type": "string"}, "score": {"type": "integer", "minimum": 1, "maximum": 5}},
}


@cache
def schema_of(answer: type[Answer]) -> dict[str, Any]:
    """Return the JSON Schema of the answer as it is sent; not to be changed."""
    properties = answer.members or _SCHEMAS[answer]
    return {"type": "object", "properties": properties, "required": list(properties)}
