"""The page around the data: HTML, style and scripts in one file, under a policy that lets nothing else run or load."""

import base64
import hashlib
from functools import cache
from importlib.resources import files

#: In the order in which they stand in the page; all share one scope.
SCRIPTS = (
    "vendor/d3.min.js",
    "vendor/plot.umd.min.js",
    "vendor/dagre.min.js",
    "text.js",
    "data.js",
    "places.js",
    "charts.js",
    "graph.js",
    "values.js",
    "record.js",
    "history.js",
    "light.js",
    "list.js",
    "main.js",
)
_DATA = "{{data}}"


@cache
def page_file(name: str) -> str:
    """Return a file of the page."""
    return (files("toolgrad_data.report") / "page" / name).read_text(encoding="utf-8")


def page_around_data(title: str) -> tuple[str, str]:
    """Return what stands before and after the data. `title` is plain text."""
    style = page_file("style.css")
    scripts = [page_file(name) for name in SCRIPTS]
    page = page_file("page.html")
    parts = {
        "{{policy}}": content_policy(style, scripts),
        "{{title}}": escaped(title),
        "{{style}}": f"<style>{style}</style>",
        "{{scripts}}": "\n".join(f"<script>{script}</script>" for script in scripts),
    }
    before, after = page.split(_DATA)
    for name, text in parts.items():
        before, after = before.replace(name, text), after.replace(name, text)
    return before, after


def content_policy(style: str, scripts: list[str], more: str = "") -> str:
    """Return a Content-Security-Policy under which only these run, nothing loads, and no text becomes HTML.

    `more` are directives to be added.
    """
    run = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {run}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'; "
        f"require-trusted-types-for 'script'; trusted-types 'none'{more and f'; {more}'}"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def escaped(text: str) -> str:
    """Return plain text as HTML, also for a place between `{{` and `}}`."""
    for plain, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("{", "&#123;")):
        text = text.replace(plain, written)
    return text
