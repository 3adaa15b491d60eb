"""Dialogues: the turns' blocks of a prompt read back, answered plainly turn by turn, and spoilt on purpose.

What a turn has to say, to ask for and to tell stands in its block; the answer says just this.
"""

import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.endpoint.bad_marks import BAD_MARKS, spoil_marks
from bench.endpoint.reading import Specs, chain_of, context_of, results_of, specs_named
from graph.record import Awaited, RefusedCall, Step, TurnKind
from nodes.dialogues.plan import Plan
from nodes.marks.parse import Mark, Marked, Reference, parse, render
from nodes.policies.base import PlanRequest
from nodes.policies.planning import plan_dialogue
from tool_registry.json.pointer import leaves
from tool_registry.permissions import effective

Json = dict[str, Any]

_BLOCK = re.compile(r"^TURN (\d+)(: |, as it stands)(.*)$", re.MULTILINE)
_SAY = re.compile(r"^- .*?: (.*)$", re.MULTILINE)
_LINKED = re.compile(r"linked \((?P<targets>[sx]\d+[^)]*)\)")
_CALL = re.compile(r"^([sx]\d+) ([\w-]+)\(", re.MULTILINE)
_NAMED = re.compile(r"[sx]\d+")
_TELLS = 3
_FOUND = re.compile(r"^- Turn (\d+) (query|response): ", re.MULTILINE)
_WHICH = re.compile(r"^- Which words of turn (\d+)'s (query|response) .*target (.*)$", re.MULTILINE)
_WANTED = re.compile(r'\{"turn": (\d+), "query": ("…"|null), "response": ("…"|null)\}')
_AIM = re.compile(r"about (\d+) turns")
_REFUSABLE = re.compile(r"^- (x\d+) ", re.MULTILINE)


@dataclass
class Block:
    """A turn that is to be written."""

    number: int
    kind: str
    asks_back: bool
    text: str
    head: str
    say: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    wished_before: bool = False
    steps: list[Step] = field(default_factory=list)
    results: dict[str, Any] = field(default_factory=dict)


def blocks_of(text: str) -> list[Block]:
    """Return the turns to be written; those that stand are left out."""
    heads = list(_BLOCK.finditer(text))
    calls, _ = chain_of(text, dict(results_of(text)))
    steps = {step.id: step for step in calls}
    ends = [*(head.start() for head in heads[1:]), len(text)]
    return [
        _block(int(head[1]), head[3], text[head.end() : end], steps)
        for head, end in zip(heads, ends, strict=True)
        if head[2] == ": "
    ]


def _block(number: int, head: str, text: str, known: Mapping[str, Step]) -> Block:
    kind = re.match(r"\w+", head)
    parts = _parts(text)
    steps = [known[name] for name, _ in _CALL.findall(parts.get("Calls", "")) if name in known]
    ends = parts.get("ENDS", "") or parts.get("TO TELL", "")
    return Block(
        number=number,
        kind=kind[0] if kind else "follow_up",
        asks_back=head.endswith("asks back"),
        text=text,
        head=head,
        say=[_said(line) for line in _SAY.findall(parts.get("TO SAY", ""))],
        ends=_NAMED.findall(re.sub(r"\([^)]*\)", "", ends)),
        wished_before="TO TELL" in parts,
        steps=steps,
        results=dict(results_of(parts.get("RESULTS", ""))),
    )


def _parts(text: str) -> dict[str, str]:
    """Return what stands behind each heading of a block."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        head = re.match(r"(Calls|TO SAY|KNOWN|WITHHELD|ENDS|TO TELL|RESULTS)(?: \([^)]*\))?: ?(.*)", line)
        if head:
            name = head[1]
            found[name] = head[2]
        elif name:
            found[name] += f"\n{line}"
    return found


def _said(line: str) -> str:
    """Return the marked words that say a value: the first that the prompt offers, or the value as it is shown."""
    if linked := _LINKED.search(line):
        value = line.partition(", in your words")[0]
        targets = tuple(_reference(each) for each in linked["targets"].split())
        return render(Marked(value, (Mark(0, len(value), targets),)))
    text = line.removesuffix(", only if the person knows it by name").split(" or “")[0]
    return render(parse(text))


def _reference(target: str) -> Reference:
    step, slash, rest = target.partition("/")
    return Reference(step, slash + rest)


def answer(blocks: list[Block], told: Mapping[str, str], specs: Specs) -> Json:
    """Return the answer to a dialogue prompt: its turns, or of a rewrite those that it wants anew."""
    if not told["rewrite"].strip():
        return {"turns": [_turn(block, specs) for block in blocks]}
    wanted = {
        int(found[1]): {half for half, at in (("query", 2), ("response", 3)) if found[at] != "null"}
        for found in _WANTED.finditer(told["answer"])
    }
    # No words are looked for: the half is written anew, with its marks.
    for turn, half, _ in _WHICH.findall(told["rewrite"]):
        wanted.setdefault(int(turn), set()).add(half)
    turns = []
    for block in blocks:
        if halves := wanted.get(block.number):
            turn = _turn(block, specs)
            turns.append({"turn": block.number, **{half: turn[half] if half in halves else None for half in turn}})
    return {"turns": turns, "marks": []}


def _turn(block: Block, specs: Specs) -> Json:
    said = " and ".join(block.say)
    if block.kind == "chat":
        return {"query": "Thank you.", "response": "You are welcome."}
    tools = {name: " ".join(tool.split("_")) for name, tool in _CALL.findall(block.text)}
    asked = (f"[And the {tools.get(name, 'rest')}?]({name})" for name in block.ends)
    wishes = "" if block.wished_before else " ".join(asked)
    opening = {"correction": "No, make that", "clarification": "It is"}.get(block.kind, "So it is about")
    query = " ".join(filter(None, [f"{opening} {said}." if said else "", wishes])) or "And then?"
    if block.asks_back:
        named = " ".join(_parts(block.text).get("WITHHELD", "").replace(",", " ").split())
        return {"query": query, "response": f"[Which one]({named}) do you mean?"}
    if block.kind == "refusal":
        refused = re.search(r"refusal of (x\d+)", block.head)
        return {"query": query, "response": f"I am sorry, [I cannot do that here]({refused[1] if refused else ''})."}
    steps = {step.id: step for step in block.steps}
    told = (_told(steps[name], block.results.get(name), specs) for name in block.ends if name in steps)
    return {"query": query, "response": " ".join(told) or "That is done."}


def _told(step: Step, result: Any, specs: Specs) -> str:
    spec = specs.get(step.tool)
    if spec is not None and effective(spec).read_only is False:
        return f"[That is done]({step.id})."
    found = [(pointer, value) for pointer, value in leaves(result) if value is not None][:_TELLS]
    return f"That is {', '.join(_value(step.id, *each) for each in found) or f'[nothing]({step.id})'}."


def _value(step: str, pointer: str, value: Any) -> str:
    match value:
        case bool():
            words = "yes" if value else "no"
        case str() | int() | float():
            words = str(value).strip() or "nothing"
        case _:
            words = "none"
    return render(Marked(words, (Mark(0, len(words), (Reference(step, pointer),)),)))


def spoil(answer: Json, blocks: list[Block], rng: random.Random) -> tuple[str, Json]:
    """Return the turns with one of them spoilt, or with what belongs to another turn, and the kind of it."""
    by_number = {block.number: block for block in blocks}
    turns = [dict(turn) for turn in answer["turns"]]
    numbers = [turn.get("turn", block.number) for turn, block in zip(turns, blocks, strict=False)]
    tried = [(kind, at) for at in range(len(turns)) for kind in (*_OF_DIALOGUES, *BAD_MARKS)]
    rng.shuffle(tried)
    for kind, at in tried:
        block = by_number[numbers[at]]
        spoilt = _spoilt(kind, turns[at], block, blocks, rng)
        if spoilt is not None and spoilt != turns[at]:
            turns[at] = spoilt
            return f"dialogue_{kind}", {**answer, "turns": turns}
    return "dialogue_nothing", answer


#: `told_early`: an answer tells what only a later turn finds. `gives_withheld`: the person says what the assistant asks
#: for. `says_nothing`: a value is not said. `no_question`: the assistant asks nothing. `names_tool`: the person does.
_OF_DIALOGUES = ("told_early", "gives_withheld", "says_nothing", "no_question", "names_tool")


def _spoilt(kind: str, turn: Json, block: Block, blocks: list[Block], rng: random.Random) -> Json | None:
    later = [each for each in blocks if each.number > block.number]
    match kind:
        case "told_early" if turn["response"]:
            found = [
                _value(step, pointer, value)
                for each in later
                for step, result in each.results.items()
                for pointer, value in leaves(result)
                if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) > 100
            ]
            return {**turn, "response": f"{turn['response']} And {rng.choice(found)}."} if found else None
        case "gives_withheld" if turn["query"] and block.asks_back and later and later[0].say:
            return {**turn, "query": f"{turn['query']} I mean {parse(later[0].say[0]).text}."}
        case "says_nothing" if turn["query"] and block.say:
            return {**turn, "query": "Could you look that up for me?"}
        case "no_question" if turn["response"] and block.asks_back:
            return {**turn, "response": "I will see to it."}
        case "names_tool" if turn["query"] and block.steps and any("_" in step.tool for step in block.steps):
            tool = next(step.tool for step in block.steps if "_" in step.tool)
            return {**turn, "query": f"{turn['query']} Use {tool} for it."}
    for bad in BAD_MARKS:
        if bad == kind:
            return spoil_marks(turn, bad, rng)
    return None


def plan_request(told: Mapping[str, str], specs: Specs, seed: int) -> PlanRequest:
    """Return the request of a plan prompt."""
    steps, chains = chain_of(told["chain"])
    aim = _AIM.search(told["aim"])
    refusable = []
    for name in _REFUSABLE.finditer(told["refusable"]):
        call, _ = chain_of(f"s{name[1][1:]} {told['refusable'][name.end() :].splitlines()[0]}")
        refusable += [RefusedCall(id=name[1], tool=each.tool, arguments=each.arguments) for each in call]
    return PlanRequest(
        seed=seed,
        iteration=1,
        target_calls=max(len(steps), 1),
        target_turns=int(aim[1]) if aim else 2,
        context=context_of(told["setting"]),
        tools=specs_named(specs, [step.tool for step in steps]),
        steps=[step for step in steps if step.tool in specs],
        chains=chains,
        gradients=[],
        turn=random.Random(seed).random(),
        turn_kinds=_shares(told["aim"]),
        refusable=refusable,
    )


def _shares(aim: str) -> dict[TurnKind, float]:
    kinds: tuple[TurnKind, ...] = ("follow_up", "clarification", "correction", "refusal", "chat")
    found = {kind: re.search(rf"\b{kind} (\d+)%", aim) for kind in kinds}
    return {kind: float(share[1]) for kind, share in found.items() if share}


def plan(request: PlanRequest) -> Json:
    """Return the answer to a plan prompt: the deterministic plan as a model would write it."""
    return {"turns": list(_turns(plan_dialogue(request).plan))}


def _turns(plan: Plan) -> Iterator[Json]:
    for turn in plan.turns:
        yield {
            "kind": turn.kind,
            "situation": "they go on from what they heard",
            "steps": turn.steps,
            "awaits": [_place(each) for each in turn.awaits],
            "changes": json.loads(turn.changes.model_dump_json()) if turn.changes is not None else None,
            "refuses": turn.refuses.id if turn.refuses is not None else None,
        }


def _place(awaited: Awaited) -> str:
    return f"{awaited.step}{awaited.pointer}"


def spoil_plan(answer: Json, rng: random.Random) -> tuple[str, Json]:
    """Return a plan that cannot be, and its kind: turns in the wrong order, a call twice, a call that is left out."""
    turns = [dict(turn) for turn in answer["turns"]]
    kind = rng.choice(["plan_reversed", "plan_twice", "plan_forgets"])
    made = [turn for turn in turns if turn["steps"]]
    match kind:
        case "plan_reversed":
            turns.reverse()
        case "plan_twice":
            turns.append({**rng.choice(made or turns), "kind": "follow_up"})
        case _:
            for turn in made[-1:]:
                turn["steps"] = turn["steps"][:-1]
    return kind, {"turns": turns}
