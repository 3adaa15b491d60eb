"""Docstrings in Google, NumPy and reST style."""

import docstring_parser


class Docstring:
    """A docstring's first paragraph (`summary`), all its prose (`prose`) and its parameters' descriptions."""

    def __init__(self, text: str) -> None:
        self.parameters: dict[str, str] = {}
        self.prose = text.strip()
        summary = text
        if "\n" not in self.prose and self.prose.endswith(".") and self.prose[:1] not in ":@":
            # One sentence or more and no section: most docstrings.
            self.summary = _paragraph(summary)
            return
        try:
            parsed = docstring_parser.parse(text)
        except docstring_parser.ParseError:
            # Sections that do not hold to their own style: prose, as far as anybody can tell.
            pass
        else:
            summary = parsed.short_description or ""
            if parsed.long_description and not parsed.blank_after_short_description:
                summary += "\n" + parsed.long_description
            self.prose = parsed.description or ""
            self.parameters = {
                each.arg_name: _paragraph(each.description) for each in parsed.params if each.description
            }
        self.summary = _paragraph(summary)


def _paragraph(text: str) -> str:
    return " ".join(text.strip().split("\n\n")[0].split())
