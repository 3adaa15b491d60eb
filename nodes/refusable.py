"""Calls that a person may wish for in vain, complete and never made: of tools that the sample was never offered.

Of their categories it was offered none, so that whoever has only the offered tools has to say that this cannot be done.
What rules forbid is another matter (`nodes/rules/refusals.py`).
"""

import random
from collections.abc import Iterator, Mapping
from typing import Any

from graph.record import RefusedCall
from nodes.dialogues.given import Chain, is_required
from nodes.proofs.schemas import leaf_schema
from nodes.proofs.unsayable import unsayable
from nodes.sample import Sample
from tool_registry.calling.crashes import attributed_to
from tool_registry.json.pointer import escape
from tool_registry.json.resolved import properties_of
from tool_registry.json.schema import closed_values, label_of, validation_errors
from tool_registry.spec import ToolSpec

#: Calls that a dialogue may choose from.
CALLS_MAX = 4
#: Tools that are looked through for them: a catalogue has thousands.
_LOOKED_AT = 300


def calls_not_offered(sample: Sample, chain: Chain) -> list[RefusedCall]:
    """Return a few calls that no offered tool can make, the same for the same sample.

    They take values that the person gives for the chain, where an argument of that name has one, else examples; those
    that do come first.
    """
    registry, rng = sample.registry, random.Random(sample.derive_seed("refusable", 0))
    offered = {*sample.state.get("offered", ()), *(step.tool for step in chain.steps)}
    covered = {spec.category for spec in sample.specs(offered).values()}
    without = set(sample.state.get("without") or ())
    others = [name for name in registry if name not in offered and name not in without]
    found: list[tuple[str, dict[str, Any]]] = []
    kinds: set[str] = set()
    for name in rng.sample(others, min(len(others), _LOOKED_AT)):
        spec = registry.get(name).spec
        if spec.category in covered or spec.category in kinds:
            continue
        with attributed_to(name):
            arguments = _arguments(spec, chain, rng)
        if arguments is not None:
            kinds.add(spec.category)
            found.append((name, arguments))
    found.sort(key=lambda call: -sum(chain.says(chain.by_id, value) for value in call[1].values()))
    return [
        RefusedCall(id=f"x{number}", tool=name, arguments=arguments)
        for number, (name, arguments) in enumerate(found[:CALLS_MAX], start=1)
    ]


def _arguments(spec: ToolSpec, chain: Chain, rng: random.Random) -> dict[str, Any] | None:
    """Return the required arguments, or None where there is one that nobody has a value for, or none at all."""
    arguments: dict[str, Any] = {}
    # A value is judged inside the whole schema, where what is referred to stands.
    alone = {keyword: member for keyword, member in spec.parameters.items() if keyword != "required"}
    for name in properties_of(spec.parameters):
        pointer = f"/{escape(name)}"
        if not is_required(spec.parameters, pointer):
            continue
        schema = leaf_schema(spec.parameters, pointer)
        values = [each for each in _values(pointer, schema, chain, rng) if not validation_errors(alone, {name: each})]
        if not values:
            return None
        arguments[name] = values[0]
    return arguments if arguments and not validation_errors(spec.parameters, arguments) else None


def _values(pointer: str, schema: Mapping[str, Any], chain: Chain, rng: random.Random) -> Iterator[Any]:
    given = (each for leaves in chain.given.values() for each in leaves)
    examples = schema.get("examples")
    offered = [*closed_values(dict(schema)), *(examples if isinstance(examples, list) else ())]
    rng.shuffle(offered)
    for value in [*(each.value for each in given if each.pointer == pointer), *offered]:
        is_plain = isinstance(value, str | int | float) and not isinstance(value, bool)
        # Nobody who reads the record can know what a value is called by the schema of a tool that it has not.
        is_plain = is_plain and label_of(dict(schema), value) is None
        if is_plain and not unsayable(value, dict(schema)):
            yield value
