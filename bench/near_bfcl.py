"""How near are our built-in tools to the functions of BFCL? `python -m bench.near_bfcl [TOOLKIT …] [--most N]`.

Names, descriptions and parameters are compared, as sets of words by Jaccard, with each function of the single-turn
files of the installed `bfcl-eval`; the questions are not read. The nearest are printed, the nearest first: what is near
has to be looked at by a person. Without toolkits all of the built-in tools are compared.
"""

import argparse
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tool_registry.builtin import TOOLKITS
from tool_registry.drawing.value_words import words_of
from tool_registry.json.resolved import properties_of
from tool_registry.sources.builtin import tools_of

#: What the likeness of each part counts.
_WEIGHTS = {"name": 0.4, "description": 0.3, "parameters": 0.3}
#: Words that tell nothing apart.
_COMMON = frozenset(
    "a an and as at by for from given how if in is it its of on or that the to what whether with".split()
)


class Words(NamedTuple):
    """The words of a tool, by part."""

    called: str
    name: frozenset[str]
    description: frozenset[str]
    parameters: frozenset[str]


def likeness(one: Words, other: Words) -> float:
    """Return from 0 to 1 how many words the two share, part by part."""
    return sum(share * _jaccard(getattr(one, part), getattr(other, part)) for part, share in _WEIGHTS.items())


def bfcl_functions() -> Iterator[Words]:
    """Yield each function of the single-turn files once. Raises SystemExit without the package."""
    found = importlib.util.find_spec("bfcl_eval")
    if found is None or found.origin is None:
        raise SystemExit("bfcl-eval is not installed: pip install bfcl-eval")
    seen: set[str] = set()
    for file in sorted((Path(found.origin).parent / "data").glob("BFCL_v4_*.json")):
        lines = file.read_text("utf-8").splitlines()
        for line in lines if lines and lines[0].startswith('{"') else ():  # one file is a single object
            for function in json.loads(line).get("function") or ():
                words = _words(function["name"], function.get("description", ""), function.get("parameters", {}))
                if (key := f"{words.called} {function.get('description')}") not in seen:
                    seen.add(key)
                    yield words


def _words(name: str, description: str, parameters: dict[str, Any]) -> Words:
    names = properties_of(parameters)
    return Words(name, _of(name), _of(description), frozenset(word for each in names for word in _of(each)))


def _of(text: str) -> frozenset[str]:
    return frozenset(words_of(text.replace("_", " ").replace(".", " "))) - _COMMON


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("toolkits", nargs="*", metavar="TOOLKIT")
    parser.add_argument("--most", type=int, default=15, help="How many pairs to print.")
    arguments = parser.parse_args()
    theirs = list(bfcl_functions())
    specs = [tool.spec for kit in arguments.toolkits or TOOLKITS.own_names for tool in tools_of(kit)]
    ours = [_words(spec.name, spec.description, spec.parameters) for spec in specs]
    nearest = [
        max(((likeness(mine, other), mine, other) for other in theirs), key=lambda each: each[0]) for mine in ours
    ]
    nearest.sort(key=lambda each: -each[0])
    print(f"{len(ours)} tools, {len(theirs)} functions")
    for share, mine, other in nearest[: arguments.most]:
        print(f"{share:.2f}  {mine.called:28} {other.called}")


if __name__ == "__main__":
    main()
