"""The README's block of what `make demo` ends with; `python -m tests.readme_demo` renews it."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"(`make demo` ends like this[^\n]*:\n\n```text\n)(.*?)(```\n)", re.DOTALL)
RENEW = "README.md shows another demo: run `.venv/bin/python -m tests.readme_demo`"
DEMO = ("generate", "--samples", "24", "--seed", "7", "--turns", "1:100", "--out", "runs/demo")
_SHOWN = 1
_WIDTH = 110


def block() -> str:
    """Return the text of the block."""
    found = BLOCK.search(README.read_text(encoding="utf-8"))
    assert found, "README.md has no block of what `make demo` ends with"
    return found[2]


def query_in(text: str) -> str:
    """Return the query that the block shows, as one line and without its marks."""
    return _unmarked(text.partition("\nQuery\n")[2].partition("\nChain 1")[0])


def response_in(text: str) -> str:
    """Return the response that the block shows, as one line and without its marks."""
    return _unmarked(text.partition("\nResponse\n")[2].partition("\n  ⁽")[0])


def _unmarked(text: str) -> str:
    return " ".join(re.sub("⁽[^⁾]*⁾", "", text).split())


def tools_in(text: str) -> list[str]:
    """Return the tools of the steps that the block shows."""
    return re.findall(r"^(?:├|└)── s\d+ (\w+)$", text, re.MULTILINE)


def labels_in(text: str) -> list[str]:
    """Return the labels of the summary above the record."""
    return re.findall(r"^([a-z][a-z ]*?) {2,}\S", text.partition("\nQuery\n")[0], re.MULTILINE)


def main() -> None:
    """Run the demo in a folder of its own and put its end into README.md."""
    with tempfile.TemporaryDirectory() as folder:
        told = [
            _command(folder, *DEMO),
            _command(folder, "show", "runs/demo", "--limit", str(_SHOWN)),
            _command(folder, "report", "runs/demo"),
        ]
    shown = "\n".join(line.rstrip() for line in "\n\n".join(text.strip("\n") for text in told).splitlines())
    text = README.read_text(encoding="utf-8")
    README.write_text(BLOCK.sub(lambda found: f"{found[1]}{shown}\n{found[3]}", text), encoding="utf-8")


def _command(folder: str, *arguments: str) -> str:
    command = [sys.executable, "-m", "toolgrad_data", *arguments]
    environment = {**os.environ, "COLUMNS": str(_WIDTH), "NO_COLOR": "1"}
    return subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    main()
