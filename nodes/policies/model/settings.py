"""Which model is asked and how: a role's settings from the context, the key from the environment."""

import json
import os
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from graph.context import Context, ModelSettings, check_url
from graph.record import Role
from nodes.policies.base import PolicySetupError

OPENAI_URL = "https://api.openai.com/v1"

#: Sent where no key is set: servers that want none still expect the header.
NO_KEY = "not-needed"

_SECRETS = re.compile(r"(?i)\b(bearer\s+)[\w.~+/=-]{6,}|\b(sk|lsv2|gsk|xai|AIza)[-_]?[\w-]{12,}")


@dataclass(frozen=True)
class AskSettings:
    """Everything that shapes how one role asks its model; hashable, without a secret.

    `extra_body` is JSON text. Times are in seconds.
    """

    model: str
    base_url: str = OPENAI_URL
    api_key_env: str = "OPENAI_API_KEY"
    temperature: float | None = None
    reasoning_effort: str | None = None
    max_answer_tokens: int = 4096
    request_timeout_s: float = 120.0
    requests_per_minute: float | None = None
    extra_body: str = "{}"
    response_cache: str | None = None
    prices: str | None = None


def settings_for(model: str, role: Role, context: Context) -> AskSettings:
    """Return the role's settings: its own, else those of all roles, else (for the URL) the environment's.

    Raises PolicySetupError when the environment's URL is none.
    """
    own = context.model_settings.get(role)
    if own is None:
        own = context.model_settings.get("propose") if role == "repair" else None
    own = own or ModelSettings()
    return AskSettings(
        model=model,
        base_url=own.base_url or context.base_url or _url_of_environment(),
        api_key_env=own.api_key_env or context.api_key_env,
        temperature=context.temperature if own.temperature is None else own.temperature,
        reasoning_effort=own.reasoning_effort or context.reasoning_effort,
        max_answer_tokens=own.max_answer_tokens or context.max_answer_tokens,
        request_timeout_s=own.request_timeout_s or context.request_timeout_s,
        requests_per_minute=context.requests_per_minute,
        extra_body=json.dumps({**context.extra_body, **(own.extra_body or {})}, sort_keys=True),
        response_cache=context.response_cache,
        prices=context.prices,
    )


def _url_of_environment() -> str:
    url = os.environ.get("OPENAI_BASE_URL") or os.environ.get("OPENAI_API_BASE")
    try:
        return check_url(url or None) or OPENAI_URL
    except ValueError as error:
        raise PolicySetupError(f"OPENAI_BASE_URL in the environment: {error}") from None


def api_key(settings: AskSettings) -> str:
    """Return the endpoint's key.

    Raises PolicySetupError when OpenAI's own endpoint has none, and for one that no HTTP header can hold.
    """
    key = os.environ.get(settings.api_key_env, "").strip()
    if key:
        check_header(settings.api_key_env, key)
        return key
    if settings.base_url == OPENAI_URL:
        raise PolicySetupError(
            f"no key for {OPENAI_URL}: set {settings.api_key_env} in the environment, or name another "
            "endpoint with base_url (--base-url http://localhost:8000/v1)"
        )
    return NO_KEY


def check_header(variable: str, value: str) -> None:
    """Raise PolicySetupError where an HTTP header cannot hold the variable's value; the value is not told."""
    for place, character in enumerate(value, start=1):
        if not 0x20 <= ord(character) < 0x7F:
            what = "a line break" if character in "\r\n" else unicodedata.name(character, "a control character").lower()
            raise PolicySetupError(
                f"the value of {variable} cannot be sent: its character {place} of {len(value)} is {what} "
                f"(U+{ord(character):04X}). Set {variable} anew: the key alone, typed or pasted as plain text, "
                "without quotes around it."
            )


def scrubbed(text: Any, settings: AskSettings) -> str:
    """Return the text without the key, should a server have repeated it, and without what looks like one."""
    clean = str(text)
    key = os.environ.get(settings.api_key_env, "").strip()
    if len(key) >= 4:
        clean = clean.replace(key, "[key]")
    return _SECRETS.sub(lambda found: f"{found[1] or ''}[key]", clean)
