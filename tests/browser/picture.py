"""The picture of the report in README.md and docs/report.md; `python -m tests.browser.picture` makes it anew."""

import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import chromium
from tests.readme_demo import DEMO
from toolgrad_data.report.build import write_report
from toolgrad_data.verify.verification import find_target

PICTURE = Path(__file__).parents[2] / "docs" / "report.png"
RECORD, FIGURE = "s7-000001", "2.32 percent"


def main() -> None:
    """Make the demo's run in a folder of its own and photograph a record, with one of its figures pointed at."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        subprocess.run([sys.executable, "-m", "toolgrad_data", *DEMO], cwd=folder, check=True, capture_output=True)
        file = Path(folder, "report.html")
        with contextlib.chdir(folder):
            write_report([find_target(Path("runs/demo"))], file)
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1160, "height": 672}, color_scheme="light")
        page.goto(f"file://{file}#{RECORD}")
        page.locator(".tell", has_text=FIGURE).click()
        page.locator("#record .turn").first.evaluate("turn => turn.scrollIntoView()")
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
