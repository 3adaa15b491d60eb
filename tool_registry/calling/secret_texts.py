"""What is a secret: keys by their form, whoever they belong to, and values of variables that say so by their name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote, urlsplit

# Names of environment variables whose values are secrets.
_SECRET_NAME = re.compile(r"(^|_)(API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)(_|\d|$)", re.IGNORECASE)
# Variables whose values hold secrets: headers of OpenTelemetry's exporters, and the URLs that they send to.
_HEADERS = re.compile(r"^OTEL_EXPORTER_OTLP_(\w+_)?HEADERS$")
_ENDPOINT = re.compile(r"^OTEL_EXPORTER_OTLP_(\w+_)?ENDPOINT$")
#: A shorter value is no secret worth the name, and would be found in ordinary words.
_SHORTEST = 8

#: A pattern of keys; each part begins with something rare, so that a scan is quick.
KEY_FORMS = (
    r"\bsk-[\w-]{16,}|\bsk_(?:live|test)_\w{16,}|\blsv2_\w{16,}|\bls__\w{16,}|\bgsk_\w{16,}|\bxai-[\w-]{16,}|"
    r"\bAIza[\w-]{30,}|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bhf_\w{20,}|"
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bxox[abprs]-[\w-]{10,}|\beyJ[\w-]+\.eyJ[\w-]+\.[\w-]+|"
    r"(?<=[Bb]earer )[\w.~+/=-]{8,}|-----BEGIN [A-Z0-9 ]*PRIVATE KEY[\s\S]*?PRIVATE KEY-----"
)


def secrets_in(environment: Mapping[str, str], names: Iterable[str] = ()) -> list[str]:
    """Return the values of variables that are secrets by their name, and of those named; the longest first.

    So are the values of the headers that OpenTelemetry's variables hold, and the passwords in its URLs.
    """
    named = set(names)
    found = {
        value.strip() for name, value in environment.items() if name in named or _SECRET_NAME.search(name) is not None
    }
    for name, value in environment.items():
        if _HEADERS.match(name):
            found.update(_of_headers(value))
        elif _ENDPOINT.match(name):
            found.update(_of_url(value))
    return sorted((value for value in found if len(value) >= _SHORTEST), key=len, reverse=True)


def _of_headers(text: str) -> Iterator[str]:
    """Yield what stands for secrets in `name=value,name=value`, as written and as sent, without the scheme too."""
    for pair in text.split(","):
        written = pair.partition("=")[2].strip()
        for value in (written, unquote(written)):
            yield value
            yield value.rpartition(" ")[2]


def _of_url(text: str) -> Iterator[str]:
    try:
        password = urlsplit(text.strip()).password or ""
    except ValueError:
        return
    yield password
    yield unquote(password)
