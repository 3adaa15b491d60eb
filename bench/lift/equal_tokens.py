"""How much of the same examples each form is trained on, so that all have as many tokens."""

from collections.abc import Sequence
from itertools import cycle, islice

from bench.lift.errors import LiftError
from bench.lift.forms import FORMS, PYTHON, Form
from bench.lift.prompts import Example
from bench.lift.settings import Settings
from bench.lift.training import encode
from bench.lift.weights import Loaded


def fitting(loaded: Loaded, examples: Sequence[Example], settings: Settings) -> list[Example]:
    """Return the examples that are within the limit in every form. Raises LiftError where they are none to compare."""
    found = [one for one in examples if all(encode(loaded, [one], settings.limit, form) for form in FORMS)]
    if len(found) < settings.batch:
        raise LiftError(
            f"{len(found)} of {len(examples)} examples fit --limit {settings.limit} in every form; give more"
        )
    if not any(one.thought for one in found):
        raise LiftError(f"{settings.out}: no example has a thought, so that forms with thoughts would be those without")
    print(f"{len(found)} of {len(examples)} examples within {settings.limit} tokens in every form", flush=True)
    return found


def samples_of(loaded: Loaded, examples: Sequence[Example], settings: Settings) -> dict[Form, int]:
    """Return after how many samples each form has the tokens of the last of `samples` as Python calls alone."""
    sizes = {form: [len(tokens) for tokens, _ in encode(loaded, examples, settings.limit, form)] for form in FORMS}
    tokens = sum(islice(cycle(sizes[PYTHON]), settings.samples[-1]))
    return {form: samples_within(sizes[form], tokens) for form in FORMS}


def samples_within(sizes: Sequence[int], tokens: int) -> int:
    """Return how many of the sizes, from the first and again from there, add up to at most so many tokens."""
    count = 0
    for size in cycle(sizes):
        tokens -= size
        if tokens < 0:
            break
        count += 1
    return count
