"""The review page in a tab, driven by keys."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import expect


@dataclass
class Page:
    """A tab, what it asked for, and what went wrong in it."""

    page: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def text(self, selector: str) -> str:
        found: str = self.page.locator(selector).inner_text()
        return found

    def await_saved(self, words: str = "Saved: ") -> None:
        expect(self.page.locator("#saved")).to_contain_text(words, timeout=10_000)

    @property
    def id(self) -> str:
        """The id of the record that is shown."""
        return self.text("#record h2").split()[0]


def open_tab(context: Any, address: str, reviewer: str = "Ada") -> Page:
    """Open the page, give a name by keys, and wait for the first record."""
    made = Page(context.new_page())
    made.page.set_default_timeout(10_000)
    made.page.on("request", lambda request: made.requests.append(request.url))
    made.page.on("console", lambda said: made.errors.append(said.text) if said.type in ("error", "warning") else None)
    made.page.on("pageerror", lambda error: made.errors.append(str(error)))
    made.page.goto(address)
    made.page.wait_for_selector("#name-dialog[open]")
    made.page.keyboard.type(reviewer)
    made.press("Enter")
    made.page.wait_for_selector("body[data-ready=yes]")
    return made
