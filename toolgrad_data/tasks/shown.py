"""What a reader sees of a message once its Markdown and HTML are rendered; what is hidden or taken back tells nothing.

The text of HTML is what a parser gives as text, in elements that are shown. An element that no browser shows, that is
taken back, or that has an attribute beyond those of plain prose (`hidden`, `style`) is not; one that is not closed
hides all that follows, as in a browser. Of Markdown, deleted text, images, titles of links and definitions are not.
"""

import re
from html.parser import HTMLParser
from itertools import accumulate

#: Elements that the HTML standard has browsers not show (15.3.1), or show where all else fails.
_UNSEEN = frozenset(
    "audio canvas datalist dialog head iframe noembed noframes noscript object rp script style template title "
    "video".split()
)
_TAKEN_BACK = frozenset({"del", "s", "strike"})
#: Attributes that change nothing of what is seen.
_PLAIN = frozenset({"align", "colspan", "dir", "href", "lang", "open", "rowspan", "start"})
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "wbr"})
_TITLE = r"(?:\"[^\"]*\"|'[^']*'|\([^()]*\))"
_MARKDOWN = re.compile(
    rf"~~[^~\n]+~~|!\[[^\]\n]*\]\([^()\n]*\)|^ {{0,3}}\[[^\]\n]+\]:[ \t]*\n?[ \t]*\S+(?:\s+{_TITLE})?[ \t]*$",
    re.MULTILINE,
)
_LINK_TITLE = re.compile(rf"(?<=\]\()([^()\s]*)(\s+{_TITLE})(?=\s*\))")
_UNFINISHED = re.compile(r"<(?:[A-Za-z/?][^<>]*|!.*)\Z", re.DOTALL)


def shown_text(text: str) -> str:
    """Return the text with spaces for all that is not seen; places stay where they were."""
    if "<" in text:
        text = _UNFINISHED.sub(_spaces, _Reader(text).shown())
    text = _MARKDOWN.sub(_spaces, text)
    return _LINK_TITLE.sub(lambda found: found[1] + " " * len(found[2]), text)


def _spaces(found: re.Match[str]) -> str:
    return " " * len(found.group())


class _Reader(HTMLParser):
    """Notes where text is shown."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self._text = text
        self._lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self._parts: list[tuple[int, int]] = []
        self._hidden: list[str] = []

    def shown(self) -> str:
        """Return the text with spaces for what is not shown; line breaks stay."""
        self.feed(self._text)
        self.close()
        made, at = [], 0
        for start, end in [*self._parts, (len(self._text), len(self._text))]:
            made += [re.sub(r"[^\n]", " ", self._text[at:start]), self._text[start:end]]
            at = end
        return "".join(made)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin to hide where the element is not shown. An address in angle brackets is no element."""
        if ":" in tag or "@" in tag:
            self._keep(self.get_starttag_text() or "")
        elif tag not in _VOID and (self._hidden or tag in _UNSEEN | _TAKEN_BACK or not _PLAIN.issuperset(dict(attrs))):
            self._hidden.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take `<p/>` for `<p>`, as browsers do."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Show again what comes behind the element."""
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Note text."""
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        """Note a reference as it is written."""
        self._keep(f"&{name}")

    def handle_charref(self, name: str) -> None:
        """Note a reference as it is written."""
        self._keep(f"&#{name}")

    def _keep(self, data: str) -> None:
        if not self._hidden:
            self._parts.append((self._at(), self._at() + len(data)))

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
