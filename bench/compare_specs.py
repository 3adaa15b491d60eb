"""Are the specs of the built-in tools the same as those of a commit? For changes that must not change them.

`python -m bench.compare_specs COMMIT` (default: HEAD) reads the specs of all built-in tools in the working tree and in
an archive of the commit in a temporary folder, and prints each difference with its place; the exit status is 1 where
there is one. The order of tools and of the members of `properties` counts, that of other members does not.
"""

import argparse
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[1]
_READ = """
import json, sys
sys.path.insert(0, sys.argv[1])
from tool_registry.registry import load_registry
import tool_registry
assert tool_registry.__file__.startswith(sys.argv[1]), tool_registry.__file__
specs = load_registry(["builtin"]).specs
json.dump([spec.model_dump(mode="json") for spec in specs.values()], sys.stdout)
"""
_SHOWN = 200


def specs_in(folder: Path) -> list[dict[str, Any]]:
    """Return the specs of all built-in tools of the code in a folder, as JSON."""
    command = [sys.executable, "-c", _READ, str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"the tools of {folder} cannot be loaded: {done.stderr.strip().splitlines()[-1]}")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def specs_of(commit: str) -> list[dict[str, Any]]:
    """Return the specs of all built-in tools of a commit, as JSON."""
    command = ["git", "archive", "--format=tar", commit]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True)
    if done.returncode:
        sys.exit(f"there is no commit {commit!r}: {done.stderr.decode().strip()}")
    with tempfile.TemporaryDirectory() as folder, tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
        return specs_in(Path(folder).resolve())


def differences(before: Any, after: Any, place: str = "") -> Iterator[str]:
    """Yield what is different in two JSON values, a line each, with its JSON Pointer."""
    if isinstance(before, dict) and isinstance(after, dict):
        if place.endswith("/properties") and sorted(before) == sorted(after) and list(before) != list(after):
            yield f"{place}: order {list(before)} → {list(after)}"
        for name in {**before, **after}:
            here = f"{place}/{name}"
            if name not in after:
                yield f"{here}: gone, was {_shown(before[name])}"
            elif name not in before:
                yield f"{here}: new, {_shown(after[name])}"
            else:
                yield from differences(before[name], after[name], here)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, pair in enumerate(zip(before, after, strict=True)):
            yield from differences(*pair, f"{place}/{number}")
    elif json.dumps(before) != json.dumps(after):
        yield f"{place}: {_shown(before)} → {_shown(after)}"


def by_name(specs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return specs by the tools' names, in their order."""
    return {spec["name"]: spec for spec in specs}


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit", nargs="?", default="HEAD", metavar="COMMIT")
    before, after = specs_of(parser.parse_args().commit), specs_in(_ROOT)
    names = [spec["name"] for spec in before], [spec["name"] for spec in after]
    found = list(differences(by_name(before), by_name(after)))
    if names[0] != names[1] and sorted(names[0]) == sorted(names[1]):
        found.append("the order of the tools")
    print("\n".join(found) or f"the specs of {len(after)} tools are equal")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
