"""The page: the report's style and record view, with what reviewing adds, in one file that loads nothing."""

from functools import cache
from importlib.resources import files

from toolgrad_data.report.page import content_policy, escaped, page_file

#: The report's, in the order in which they stand in the page; all share one scope.
OF_REPORT = (
    "vendor/d3.min.js",
    "vendor/dagre.min.js",
    "text.js",
    "data.js",
    "places.js",
    "graph.js",
    "values.js",
    "record.js",
    "history.js",
    "light.js",
    "list.js",
)
OWN = ("requests.js", "panels.js", "decision.js", "mending.js", "review.js")


@cache
def own_file(name: str) -> str:
    """Return a file of the page."""
    return (files("toolgrad_data.review_page") / "page" / name).read_text(encoding="utf-8")


def review_page(title: str) -> tuple[str, str]:
    """Return the page as HTML, and the Content-Security-Policy under which it works. `title` is plain text."""
    style = page_file("style.css") + own_file("review.css")
    scripts = [*map(page_file, OF_REPORT), *map(own_file, OWN)]
    parts = {
        "{{title}}": escaped(title),
        "{{style}}": f"<style>{style}</style>",
        "{{scripts}}": "\n".join(f"<script>{script}</script>" for script in scripts),
    }
    page = own_file("review.html")
    for name, text in parts.items():
        page = page.replace(name, text)
    return page, content_policy(style, scripts, "connect-src 'self'; img-src data:; frame-ancestors 'none'")
