"""All formats from one run of 1,000 records: seconds, and whether memory stays flat from 250 to 1,000 of them.

Run: python -m bench.exports [RUN]   (without RUN, one of 1,000 records is made first: about two minutes)
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from graph.context import Context
from toolgrad_data.export.formats import FORMATS
from toolgrad_data.runs.runner import generate
from toolgrad_data.runs.settings import RunSettings

RECORDS = 1000

#: In a process of its own: the peak of its memory is the export's.
_EXPORT = """
import json, resource, sys, time
from pathlib import Path
from toolgrad_data.export.formats import FORMATS
from toolgrad_data.export.pipeline import export
run, name, out = sys.argv[1:]
begun = time.perf_counter()
report = export([Path(run)], FORMATS.get(name), Path(out))
seconds = time.perf_counter() - begun
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": seconds, "peak_kb": peak, **report.as_json()}))
"""


def exported(run: Path, name: str, out: Path) -> dict[str, object]:
    """Export in a process of its own and return its report, seconds and peak memory."""
    done = subprocess.run(
        [sys.executable, "-c", _EXPORT, str(run), name, str(out)], capture_output=True, text=True, check=True
    )
    report: dict[str, object] = json.loads(done.stdout)
    return report


def quarter_of(run: Path, folder: Path) -> Path:
    """Return a run with the first quarter of the records."""
    lines = (run / "records.jsonl").read_bytes().splitlines(keepends=True)
    folder.mkdir()
    (folder / "records.jsonl").write_bytes(b"".join(lines[: len(lines) // 4]))
    return folder


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        run = Path(sys.argv[1]) if len(sys.argv) > 1 else folder / "run"
        if len(sys.argv) == 1:
            asyncio.run(generate(RunSettings(out=run, samples=RECORDS, seed=1, context=Context(turns="1:100"))))
        quarter = quarter_of(run, folder / "quarter")
        size = (run / "records.jsonl").stat().st_size
        print(f"records.jsonl: {size / 1e6:.1f} MB")
        print(f"{'format':<13} {'seconds':>8} {'examples':>9} {'rows':>6} {'MB':>7} {'peak MB':>8} {'a quarter’s':>12}")
        begun = time.perf_counter()
        for name in (name for name, format in FORMATS.own().items() if not format.of_pairs):
            report = exported(run, name, folder / name)
            kinds: dict[str, int] = report["kinds"]  # type: ignore[assignment]
            files: list[str] = report["files"]  # type: ignore[assignment]
            written = sum(Path(file).stat().st_size for file in files)
            small = exported(quarter, name, folder / f"{name}-quarter")
            peaks = [int(str(one["peak_kb"])) / 1e3 for one in (report, small)]
            print(
                f"{name:<13} {report['seconds']:>8.1f} {sum(kinds.values()):>9} {report['rows']:>6} "
                f"{written / 1e6:>7.1f} {peaks[0]:>8.0f} {peaks[1]:>12.0f}"
            )
        print(f"all, with starting each twice: {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
