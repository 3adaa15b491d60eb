"""What keeps a request from being made at all, in words that say what to change: proxies, certificates, headers."""

import os
import ssl
import urllib.request
from collections.abc import Iterable

from nodes.policies.model.settings import AskSettings, scrubbed

_PROXIES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_HEADERS = ("OPENAI_ORG_ID", "OPENAI_ORGANIZATION", "OPENAI_PROJECT_ID", "OPENAI_CUSTOM_HEADERS")
#: What the HTTP client raises for a request that it cannot send, whatever the other side does.
_UNSENDABLE = frozenset(
    {"LocalProtocolError", "UnsupportedProtocol", "InvalidURL", "UnicodeEncodeError", "IDNAError", "OverflowError"}
)
_MESSAGE_MAX = 200


def build_failure(error: BaseException, settings: AskSettings) -> str:
    """Return why no client for the endpoint can be built, and what to change; without the key or a password."""
    said = said_without_secrets(error, settings)
    variable = next((name for name in _CERTIFICATES if os.environ.get(name)), None)
    if isinstance(error, ssl.SSLError | OSError) and variable:
        return (
            f"no client for {settings.base_url}: the certificates cannot be read from {variable}="
            f"{os.environ[variable]} ({said}). Put it right, or unset it."
        )
    if "socksio" in said or "SOCKS" in said:
        return (
            f"no client for {settings.base_url}: {proxies()} names a SOCKS proxy, for which the package socksio is "
            f"missing. Install it (pip install socksio), or unset the variable; NO_PROXY={_host(settings)} goes past "
            "the proxy for this endpoint alone."
        )
    if "proxy" in said.lower() or (urllib.request.getproxies() and _is_about_url(error)):
        return (
            f"no client for {settings.base_url}: the proxy that {proxies()} names cannot be used ({said}). "
            "Put it right, or unset it."
        )
    return (
        f"no client for {settings.base_url} can be built: {type(error).__name__}: {said}. Check base_url, and in the "
        f"environment {', '.join((settings.api_key_env, *_PROXIES, *_CERTIFICATES))}."
    )


def unsendable(causes: Iterable[BaseException], settings: AskSettings) -> str | None:
    """Return why a request could not be sent and what to change, or None where something else was wrong."""
    for cause in causes:
        kind = type(cause).__name__
        if kind == "ProxyError":
            return (
                f"the proxy that {proxies()} names does not let requests to {settings.base_url} through "
                f"({said_without_secrets(cause, settings)}). Check the variable, or set NO_PROXY={_host(settings)}."
            )
        if kind in _UNSENDABLE:
            named = (settings.api_key_env, *_HEADERS, *_PROXIES, *map(str.lower, _PROXIES))
            given = [name for name in named if os.environ.get(name)]
            return (
                f"no request to {settings.base_url} can be sent ({kind}: {said_without_secrets(cause, settings)}). "
                f"Check {', '.join(['base_url', *given])}."
            )
    return None


def said_without_secrets(error: BaseException, settings: AskSettings) -> str:
    """Return the error's words without the key and without what the variables of proxies hold."""
    said = str(error) if not isinstance(error, UnicodeError) else f"{error.reason}" if hasattr(error, "reason") else ""
    for name in (*_PROXIES, *map(str.lower, _PROXIES), settings.api_key_env, *_HEADERS):
        if len(value := os.environ.get(name, "").strip()) >= 4:
            said = said.replace(value, f"[{name}]")
    return " ".join(scrubbed(said, settings).split())[:_MESSAGE_MAX]


def proxies() -> str:
    """Return the variables that name a proxy, in words."""
    set_here = [name for name in (*_PROXIES, *map(str.lower, _PROXIES)) if os.environ.get(name)]
    return " or ".join(set_here) or "the system's setting of a proxy"


def _is_about_url(error: BaseException) -> bool:
    return type(error).__name__ in ("InvalidURL", "ValueError", "UnsupportedProtocol")


def _host(settings: AskSettings) -> str:
    return settings.base_url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0]
