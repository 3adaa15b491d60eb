"""A real browser without a network, and reports opened in it from the disk."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.optional import need
from toolgrad_data.report.build import write_report
from toolgrad_data.verify.verification import find_target

#: As Debian and others name it.
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


# Of a module: Playwright keeps a loop running in this thread, which asynchronous tests of other modules cannot have.
@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = chromium()
    need(path, "no Chromium is installed; on Debian: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@dataclass
class Opened:
    """A page, what it asked for, and what went wrong in it."""

    page: Any
    file: Path
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def go(self, fragment: str) -> None:
        """Load the page anew at a fragment, and wait until it is ready."""
        self.page.goto("about:blank")
        self.page.goto(f"file://{self.file}#{fragment}")
        self.page.wait_for_selector("body[data-ready=yes]")

    def texts(self, selector: str) -> list[str]:
        found: list[str] = self.page.locator(selector).all_inner_texts()
        return found


Open = Callable[..., Opened]


@pytest.fixture
def open_report(browser: Any, tmp_path: Path) -> Iterator[Open]:
    """Return what writes the report of some records and opens it; at the end nothing may have gone wrong."""
    opened: list[Opened] = []

    def open_(*targets: Path, fragment: str = "overview", file: Path | None = None, **options: Any) -> Opened:
        if file is None:
            file = tmp_path / "report.html"
            write_report([find_target(target) for target in targets], file)
        context = browser.new_context(viewport={"width": 1400, "height": 900}, offline=True, **options)
        made = Opened(context.new_page(), file)
        made.page.on("request", lambda request: made.requests.append(request.url))
        made.page.on(
            "console", lambda said: made.errors.append(said.text) if said.type in ("error", "warning") else None
        )
        made.page.on("pageerror", lambda error: made.errors.append(str(error)))
        opened.append(made)
        made.go(fragment)
        return made

    yield open_
    for each in opened:
        each.page.context.close()
        assert each.errors == []
        assert [url for url in each.requests if url not in ("about:blank", f"file://{each.file}")
                and not url.startswith(f"file://{each.file}#")] == []  # fmt: skip
