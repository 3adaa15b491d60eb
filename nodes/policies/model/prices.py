"""What tokens cost: a built-in table and the user's own before it. An unknown price is None, never zero."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from nodes.policies.base import PolicySetupError

_BUILTIN = Path(__file__).with_name("prices.toml")
_DATED = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{4})$")
_MILLION = 1_000_000


class Price(BaseModel):
    """US dollars for a million tokens; cached input costs as other input where nothing else is said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached_input: float | None = Field(default=None, ge=0)

    def cost_usd(self, input_tokens: int, cached_tokens: int, output_tokens: int) -> float:
        """Return the price of one answer; `cached_tokens` are part of `input_tokens`."""
        cached = self.input if self.cached_input is None else self.cached_input
        fresh = max(input_tokens - cached_tokens, 0)
        return (fresh * self.input + cached_tokens * cached + output_tokens * self.output) / _MILLION


_TABLE = TypeAdapter(dict[str, dict[str, Price]])


def price_of(model: str, base_url: str, own_table: str | None = None) -> Price | None:
    """Return the model's price at the endpoint, or None. `own_table` is the path of the user's TOML file.

    Hosts are looked up before "*", exact model names before those without their date. Reads files: call it in
    a thread. Raises PolicySetupError when the user's table cannot be read.
    """
    host = urlsplit(base_url).hostname or ""
    names = list(dict.fromkeys((model, _DATED.sub("", model))))
    for path in (own_table, str(_BUILTIN)):
        table = _table(path) if path else {}
        for where in (host, "*"):
            for name in names:
                if name in table.get(where, {}):
                    return table[where][name]
    return None


@lru_cache(maxsize=16)
def _table(path: str) -> dict[str, dict[str, Price]]:
    try:
        return _TABLE.validate_python(tomllib.loads(Path(path).read_text(encoding="utf-8-sig")))
    except (OSError, ValueError) as error:
        what = (
            "; ".join(f"{'.'.join(map(str, wrong['loc']))}: {wrong['msg']}" for wrong in error.errors())
            if isinstance(error, ValidationError)
            else str(error)
        )
        raise PolicySetupError(
            f"the price table {path} cannot be read: {what}. It is TOML: "
            '["api.example.com"] and below it "model" = { input = 1.0, output = 2.0 }, in dollars for a '
            "million tokens."
        ) from error
