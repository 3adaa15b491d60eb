"""docs/evaluate.md: its commands work as they are written, one after the other, and its tables name all there is."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import get_args

from tests.integration.command import lines, run
from toolgrad_data.evaluate.settings import EvaluateSettings
from toolgrad_data.evaluate.trial import FailureType

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "evaluate.md").read_text(encoding="utf-8")


def commands() -> list[list[str]]:
    blocks = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [shlex.split(line.removeprefix("$ ")) for block in blocks for line in block.splitlines()]


def test_the_commands_work_one_after_the_other(tmp_path: Path) -> None:
    code, _, err = run(tmp_path, "generate", "--samples", "16", "--seed", "7", "--calls", "2:100", "--out", "runs/demo")
    assert code == 0, err
    demo, real, endpoint, simulated, *exports = commands()
    assert demo == ["make", "demo"]
    # What the page says of a server of one's own is what the next example does with one that is there.
    assert real[:3] == simulated[:3] == ["toolgrad", "evaluate", "runs/demo"]
    assert real[3::2] == simulated[3::2] == ["--model", "--base-url"]
    assert endpoint[:3] == ["python", "-m", "bench.endpoint"]
    serving = [sys.executable, *endpoint[1:-1], "0"]
    serving[serving.index("runs/demo")] = str(tmp_path / "runs" / "demo")
    with subprocess.Popen(serving, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().strip()
            code, said, err = run(tmp_path, *simulated[1:-1], url)
        finally:
            process.kill()
    assert code == 0, err
    assert "pass@1" in said
    assert "pass^4" in said
    folder = tmp_path / "runs" / "demo" / "evaluations" / "simulated"
    files = {path.name for path in folder.iterdir()} - {".lock"}
    assert {name for name in re.findall(r"^\| `([\w.]+)` \|", PAGE, re.MULTILINE) if "." in name} == files
    report = json.loads((folder / "report.json").read_text())
    assert report["missing"] == 0
    for export in exports:
        code, _, err = run(tmp_path, *export[1:])
        assert code == 0, err
    assert lines(tmp_path / "data" / "pairs.jsonl")


def test_the_tables_name_all_there_is() -> None:
    named = {name for row in re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    assert named >= set(get_args(FailureType))
    flags = {f"--{name.replace('_', '-')}" for name in EvaluateSettings.model_fields}
    told = set(re.findall(r"`(--[\w-]+)", PAGE)) - {"--evaluation", "--recovery"}
    assert told <= flags
    assert f"--negatives {EvaluateSettings.model_fields['negatives'].default}" in PAGE
