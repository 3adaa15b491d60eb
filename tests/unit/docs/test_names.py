"""What the pages name exists: paths, modules, names, make targets, commands with their options, and links."""

import ast
import re
import shlex
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from toolgrad_data.cli.group import COMMANDS, load_command

ROOT = Path(__file__).parents[3]
PACKAGES = ("graph", "nodes", "tool_registry", "prompts", "toolgrad_data", "bench", "tests")
#: What tells of the past, and the prompts, which speak to models.
UNTESTED = re.compile(r"CHANGELOG\.md|bench/RESULTS(?:_LIFT)?\.md|prompts/(?!README)\w+\.md")
#: A word as programs have it: snake_case or with inner capitals, private or not.
NAME = re.compile(r"_?[a-z]+(?:_[a-z0-9]+)+|_?[A-Z][a-z]+(?:[A-Z][a-z]+)+|_[A-Z]\w+")
#: A path of this repository, from its root.
PATH = re.compile(rf"(?:{'|'.join((*PACKAGES, 'docs', '.ci'))})/[\w./*…-]*")
#: An option, where it stands as a word of its own.
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*[a-z](?![\w-])")


@cache
def tracked() -> frozenset[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    others = ["ls-files", "-z", "--others", "--exclude-standard"]
    fresh = subprocess.run(["git", *others], cwd=ROOT, capture_output=True, text=True, check=True)
    names = {*listed.stdout.split("\0"), *fresh.stdout.split("\0")}
    return frozenset(name for name in names if name and (ROOT / name).is_file())


PAGES = sorted(name for name in tracked() if name.endswith(".md") and not UNTESTED.fullmatch(name))


@cache
def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(text: str) -> list[tuple[str, str]]:
    """The code blocks of a page, each with its language."""
    return re.findall(r"^ *```(\w*)\n(.*?)^ *```$", text, re.DOTALL | re.MULTILINE)


def spans(text: str) -> list[str]:
    """What stands in backticks in the text of a page."""
    prose = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return [" ".join(span.split()) for _, span in re.findall(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", prose, re.DOTALL)]


def commands(text: str) -> Iterator[list[str]]:
    """The words of each command line of a page."""
    lines = [line for language, block in blocks(text) if language != "python" for line in block.splitlines()]
    joined = "\n".join(lines).replace("\\\n", " ").splitlines()
    for line in [*joined, *spans(text)]:
        line = re.sub(r"^\s*(?:\$ )?(?:\w+=\S+ )*", "", line)
        if line.split(" ")[0].rpartition("/")[2] in ("toolgrad", "make", "python"):
            try:
                yield shlex.split(line, comments=True)
            except ValueError:
                yield line.split()


def own_files(text: str) -> set[str]:
    """The files that a page shows or has a command write: of its reader, not of this repository."""
    shown = re.findall(r"^`([\w./-]+)`:$", text, re.MULTILINE)
    commented = [name for _, block in blocks(text) for name in re.findall(r"^# ([\w./-]+\.\w+)", block)]
    called = [*(" ".join(words) for words in commands(text)), *(span for span in spans(text) if span.startswith("--"))]
    given = [word for line in called for word in re.split(r"[ :=]", line)]
    return {*shown, *commented, *given} - {""}


def exists(name: str, page: str) -> bool:
    """Say whether a path leads somewhere from the root or from the page; `*` and `…` stand for anything."""
    pattern = name.rstrip("/").replace("…", "*").replace("NAME", "*")
    return any(any(base.glob(pattern)) for base in (ROOT, (ROOT / page).parent) if pattern)


def paragraphs(text: str) -> list[str]:
    """The paragraphs, items of lists and rows of tables of a page, without its code blocks."""
    prose = re.sub(r"^ *```.*?^ *```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.split(r"\n(?=\s*\n|- |\|)", prose)


def dead_paths(page: str, text: str) -> list[str]:
    """Paths that lead nowhere, and names of files that are in none of the folders that their paragraph names."""
    mine = own_files(text) | own_files(text_of("README.md"))  # whose `shop.py` others speak of
    stems = {Path(name).stem for name in mine if "." in name}
    dead = []
    for paragraph in paragraphs(text):
        words = [re.sub(r"(?<=\.py):\w+$", "", word) for span in spans(paragraph) for word in re.split(r"[ ,]+", span)]
        paths = [word for word in words if PATH.fullmatch(word) and word not in mine]
        dead += [path for path in paths if not exists(path, page)]
        own = Path(page).parent.as_posix()
        folders = [path.rpartition("/")[0] for path in paths] if own in (".", "docs") else [own]
        for word in words:
            if not re.fullmatch(r"[\w-]+\.(?:py|md|toml|phrases)", word) or Path(word).stem in stems or "NAME" in word:
                continue
            there = [name for name in tracked() if name.endswith(f"/{word}") or name == word]
            around = ["tests/"] if word.startswith("test_") else folders or [""]
            if not any(name.startswith(folder) for name in there for folder in around):
                dead.append(word)
    return dead


def resolves(dotted: str) -> bool:
    """Say whether a dotted name is a module of ours, or a name that one binds."""
    path, _, attribute = dotted.replace(":", ".").rpartition(".")
    for whole, name in ((dotted.replace(":", "."), ""), (path, attribute)):
        for file in (whole.replace(".", "/") + ".py", whole.replace(".", "/") + "/__init__.py"):
            if file in tracked() and (not name or name in bound(file)):
                return True
    return any(each.startswith(dotted.replace(".", "/") + "/") for each in tracked())


@cache
def bound(file: str) -> frozenset[str]:
    names = set()
    for node in ast.parse((ROOT / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
    return frozenset(names)


def dead_modules(text: str) -> list[str]:
    found = [word for span in spans(text) for word in re.split(r"[ ,()]+", span)]
    for language, block in blocks(text):
        if language == "python":
            found += re.findall(r"^\s*import ([\w.]+)", block, re.MULTILINE)
            for module, names in re.findall(r"^\s*from ([\w.]+) import ([\w, ]+)$", block, re.MULTILINE):
                found += [f"{module}.{name.split(' as ')[0].strip()}" for name in names.split(",")]
    found += [words[at + 1] for words in commands(text) for at, word in enumerate(words[:-1]) if word == "-m"]
    found = [word for word in found if not word.endswith(".NAME")]
    ours = [word for word in found if re.fullmatch(rf"(?:{'|'.join(PACKAGES)})(?:\.\w+)+(?::\w+)?", word)]
    return [word for word in ours if not word.endswith((".py", ".md", ".jsonl")) and not resolves(word)]


@cache
def words_of_code() -> frozenset[str]:
    """Every word of the code, its data and its tests."""
    found: set[str] = set()
    for name in tracked():
        found.add(Path(name).stem)
        if name.endswith((".py", ".toml", ".json", ".txt", ".jinja", ".phrases")) and ROOT / name != Path(__file__):
            found |= set(re.findall(r"\w+", (ROOT / name).read_text(encoding="utf-8", errors="replace")))
    return frozenset(found)


def dead_names(text: str) -> list[str]:
    mine = {word for _, block in blocks(text) for word in re.findall(r"\w+", block)}
    # What is left out before a word, and the keywords of calls, are of others.
    words = [word for span in spans(text) for word in re.findall(r"(?<![…\w])\w+(?![\w=])", span)]
    names = [word for word in words if NAME.fullmatch(word)]
    return [name for name in names if name not in words_of_code() and name not in mine]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][\w-]*):", text_of("Makefile"), re.MULTILINE))


@cache
def options_of(command: str) -> frozenset[str]:
    parameters = load_command(command).params
    return frozenset(option for parameter in parameters for option in (*parameter.opts, *parameter.secondary_opts)) | {
        "--help"
    }


def dead_commands(text: str) -> list[str]:
    dead = []
    for words in commands(text):
        program = words[0].rpartition("/")[2]
        if program == "make":
            goals = [word for word in words[1:] if re.fullmatch(r"[a-z][\w-]*", word)]
            dead += [f"make {goal}" for goal in goals[:1] if goal not in targets()]
        if program != "toolgrad" or len(words) == 1:
            continue
        name = next((word for word in words[1:] if not word.startswith("-")), None)
        if name is None or not re.fullmatch(r"[a-z][a-z-]*", name):
            dead += [word for word in words[1:] if word.startswith("--") and word not in ("--help", "--version")]
        elif name not in COMMANDS:
            dead.append(f"toolgrad {name}")
        else:
            given = [option.partition("=")[0] for option in OPTION.findall(" ".join(words).partition(" -- ")[0])]
            dead += [f"toolgrad {name} {option}" for option in given if option not in options_of(name)]
    return dead


@cache
def all_options() -> frozenset[str]:
    """Options of any command, and those that a program of the repository reads or gives to another one."""
    ours = {option for command in COMMANDS for option in options_of(command)} | {"--version"}
    code = [name for name in tracked() if name.startswith(("bench/", "tests/")) and name.endswith(".py")]
    read = {option for name in code for option in re.findall(r"[\"'](--[a-z-]+)", text_of(name))}
    return frozenset(ours | read)


def dead_options(text: str) -> list[str]:
    bare = [span for span in spans(text) if span.startswith("-")]
    return [option for span in bare for option in OPTION.findall(span) if option not in all_options()]


def anchors(page: str) -> set[str]:
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text_of(page), flags=re.DOTALL | re.MULTILINE), re.M
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(page: str, text: str) -> list[str]:
    prose = re.sub(r"^ *```.*?^ *```$|`[^`\n]+`", "", text, flags=re.DOTALL | re.MULTILINE)
    dead = []
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        to = ((ROOT / page).parent / file).resolve() if file else ROOT / page
        if not to.exists() or (anchor and anchor not in anchors(to.relative_to(ROOT).as_posix())):
            dead.append(link)
    return dead


CHECKS: dict[str, Callable[[str, str], list[str]]] = {
    "paths": dead_paths,
    "modules": lambda _, text: dead_modules(text),
    "names": lambda _, text: dead_names(text),
    "commands": lambda _, text: dead_commands(text),
    "options": lambda _, text: dead_options(text),
    "links": dead_links,
}


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_exists(page: str) -> None:
    text = text_of(page)
    dead = {kind: found for kind, check in CHECKS.items() if (found := check(page, text))}
    assert dead == {}


@pytest.mark.parametrize(
    ("kind", "dead"),
    [
        ("paths", "See `nodes/proofs/tracing.py`."),
        ("paths", "A class in `nodes/policies/`, its name in `record.py`."),
        ("paths", "One file a promise: `assign.py`."),
        ("modules", "Call `graph.app:grahp`."),
        ("modules", "```console\n$ python -m bench.engin\n```"),
        ("modules", "```python\nfrom graph.app import build_grap\n```"),
        ("names", "It sets `stop_raeson`."),
        ("commands", "```console\n$ toolgrad generat --samples 3\n```"),
        ("commands", "```\ntoolgrad generate --samples 3 \\\n  --sed 7\n```"),
        ("commands", "`toolgrad show runs/x --frm xlam`"),
        ("commands", "`make dmeo` does it."),
        ("options", "With `--max-repair 2` it is cheaper."),
        ("links", "[this](docs/nowhere.md)"),
        ("links", "[this](docs/tools.md#nothing-here)"),
    ],
)
def test_what_does_not_exist_is_found(kind: str, dead: str) -> None:
    assert CHECKS[kind]("README.md", dead)


def test_what_is_of_others_is_let_be() -> None:
    text = (
        "Run `make demo`, `toolgrad show runs/x --limit 3` or `python -m bench.engine`.\n"
        "Write `shop.py`, `shop.phrases`, `docs/…`, `tests/unit/test_NAME.py`.\n"
        "\n`shop.py`:\n\n```python\nfrom pydantic import Field\n```\n\n```console\n$ pip install --user x\n```\n"
        "`ollama_thing=1`, `…_PASSWORD`, `--config run.toml`, `run.toml`, `s7-000012`; [tools](docs/tools.md#secrets)\n"
    )
    assert {kind: found for kind, check in CHECKS.items() if (found := check("README.md", text))} == {}
