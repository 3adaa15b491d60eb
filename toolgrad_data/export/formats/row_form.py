"""In which form a row's members are written, where the trainers that read a format differ."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RowForm:
    """The form of TRL's rows: calls' arguments and the tools are objects, or JSON text."""

    arguments_as_text: bool = False
    tools_as_text: bool = False

    @property
    def options(self) -> str:
        """Return the options that ask for it, empty for the usual form."""
        asked = {"--arguments text": self.arguments_as_text, "--tools text": self.tools_as_text}
        return " ".join(option for option, wanted in asked.items() if wanted)


USUAL = RowForm()
