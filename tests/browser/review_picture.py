"""The pictures of docs/review.md; `python -m tests.browser.review_picture` renews them."""

import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.conftest import chromium
from tests.browser.reviewing import open_tab
from tests.readme_demo import DEMO
from tests.review_server import served

PICTURE = Path(__file__).parents[2] / "docs" / "review.png"


def main() -> None:
    """Make the demo's run, decide some of its records, and photograph one whose mended words are not proved."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        subprocess.run([sys.executable, "-m", "toolgrad_data", *DEMO], cwd=folder, check=True, capture_output=True)
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        with served(Path(folder, "runs/demo")) as server:
            context = browser.new_context(viewport={"width": 1160, "height": 800}, color_scheme="light")
            tab = open_tab(context, server.address)
            tab.press("a")
            tab.await_saved()
            tab.press("m")
            tab.page.wait_for_selector("#proofs .right")
            answer = tab.page.locator("#drafts textarea").nth(1)
            answer.fill(answer.input_value().replace("2.32", "2.5"))
            tab.page.wait_for_selector("#proofs .wrong")
            tab.page.locator("#record .assistant .finding").first.evaluate("one => one.scrollIntoView({block: 'end'})")
            tab.page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
