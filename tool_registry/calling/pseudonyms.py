"""Consistent stand-ins for personal values: the same value has the same one, in every result and every run.

A stand-in is decided by a keyed hash (HMAC-SHA-256) and keeps the shape, so that it stays valid where the value
was: an e-mail address is one, a card number passes its check. Without a secret key whoever guesses a value can
check the guess; with one nobody else can.
"""

import hmac
import ipaddress
import re
import string
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

#: Stand-ins that are remembered, to be turned back when the source is asked about them.
_REMEMBERED_MAX = 200_000
_TELLING = 6
_VOWELS = "aeiou"
_CONSONANTS = "".join(letter for letter in string.ascii_lowercase if letter not in _VOWELS)
#: A domain that cannot exist (RFC 2606): its addresses are stand-ins already.
_DOMAIN = "mail.example"


class Pseudonyms:
    """Stand-ins of the named kinds (`EXPRESSIONS`), and of whole values."""

    def __init__(self, kinds: Sequence[str], key: str = "") -> None:
        self._kinds = [(kind, EXPRESSIONS[kind]) for kind in EXPRESSIONS if kind in kinds]
        self._key = key.encode() or b"toolgrad"
        self._originals: dict[Any, Any] = {}
        self._lock = threading.Lock()

    def in_text(self, text: str) -> str:
        """Return the text with every value of the kinds replaced."""
        for kind, expression in self._kinds:
            text = expression.sub(partial(self._replace, kind), text)
        return text

    def of_whole(self, text: str) -> str:
        """Return the stand-in of a whole text of whatever kind: letters for letters, digits for digits."""
        return str(self._keep(text, _of_same_shape(text, self._bytes("whole", text))))

    def of_number(self, number: int) -> int:
        """Return the stand-in of a whole number, with as many digits."""
        made = _of_same_shape(str(abs(number)), self._bytes("whole", str(number)), first_digit_from=1)
        return int(self._keep(number, int(made) * (-1 if number < 0 else 1)))

    def original(self, value: Any) -> Any:
        """Return what a stand-in stands for, also where it is a part of a text; other values as they are.

        Only of stand-ins with `_TELLING` characters or more: a shorter one might be a value of its own.
        """
        if value in self._originals:
            return self._originals[value]
        if isinstance(value, str):
            for _, expression in self._kinds:
                value = expression.sub(lambda found: str(self._originals.get(found[0], found[0])), value)
        return value

    def _replace(self, kind: str, found: re.Match[str]) -> str:
        value = found[0]
        made = _MAKERS[kind](value, self._bytes(kind, _fold(kind, value)))
        return value if made is None else str(self._keep(value, made))

    def _keep(self, value: Any, made: Any) -> Any:
        if len(str(made)) >= _TELLING:
            with self._lock:
                if len(self._originals) >= _REMEMBERED_MAX:
                    del self._originals[next(iter(self._originals))]
                self._originals[made] = value
        return made

    def _bytes(self, kind: str, value: str) -> Iterator[int]:
        """Yield bytes without end that the key, the kind and the value decide."""
        block = 0
        while True:
            said = f"{kind}\0{block}\0{value}".encode("utf-8", "surrogatepass")
            yield from hmac.digest(self._key, said, "sha256")
            block += 1


def _fold(kind: str, value: str) -> str:
    """Return the value without what people write differently: separators, case."""
    if kind == "email":
        return value.casefold()
    return re.sub(r"[ ().-]", "", value).upper() if kind in ("phone", "card", "iban") else value


def _of_same_shape(text: str, random: Iterator[int], *, first_digit_from: int = 0) -> str:
    made = []
    digits = 0
    for letter in text:
        if letter.isdigit():
            low = first_digit_from if digits == 0 else 0
            made.append(str(low + next(random) % (10 - low)))
            digits += 1
        elif letter.isalpha():
            choices = _VOWELS if letter.lower() in _VOWELS else _CONSONANTS
            new = choices[next(random) % len(choices)]
            made.append(new.upper() if letter.isupper() else new)
        else:
            made.append(letter)
    return "".join(made)


def _email(value: str, random: Iterator[int]) -> str | None:
    if value.casefold().endswith(f"@{_DOMAIN}"):
        return None
    word = "".join(_CONSONANTS[next(random) % 21] + _VOWELS[next(random) % 5] for _ in range(5))
    return f"{word}{next(random) % 100:02d}@{_DOMAIN}"


def _phone(value: str, random: Iterator[int]) -> str | None:
    if sum(map(str.isdigit, value)) < 8:
        return None
    # The country or area stays: it says where, not who.
    kept = 3
    return value[:kept] + _of_same_shape(value[kept:], random)


def _ip(value: str, random: Iterator[int]) -> str | None:
    try:
        version = ipaddress.ip_address(value).version
    except ValueError:
        return None
    if version == 4:
        return f"10.{next(random)}.{next(random)}.{next(random)}"
    return str(ipaddress.IPv6Address(bytes([0x20, 0x01, 0x0D, 0xB8, *(next(random) for _ in range(12))])))


def _card(value: str, random: Iterator[int]) -> str | None:
    digits = [int(letter) for letter in value if letter.isdigit()]
    if not 13 <= len(digits) <= 19 or _luhn(digits):
        return None
    made = _of_same_shape(value, random, first_digit_from=1)
    places = [place for place, letter in enumerate(made) if letter.isdigit()]
    body = [int(made[place]) for place in places[:-1]]
    return made[: places[-1]] + str((10 - _luhn([*body, 0])) % 10) + made[places[-1] + 1 :]


def _luhn(digits: list[int]) -> int:
    """Return the check sum of ISO/IEC 7812 modulo 10: 0 for a card number that is in order."""
    doubled = [2 * digit if place % 2 else digit for place, digit in enumerate(reversed(digits))]
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10


def _iban(value: str, random: Iterator[int]) -> str | None:
    plain = value.replace(" ", "")
    if not 15 <= len(plain) <= 34 or _mod_97(plain) != 1:
        return None
    made = _of_same_shape(plain[4:], random)
    whole = plain[:2] + f"{98 - _mod_97(plain[:2] + '00' + made):02d}" + made
    return " ".join(whole[place : place + 4] for place in range(0, len(whole), 4)) if " " in value else whole


def _mod_97(iban: str) -> int:
    """Return the check sum of ISO 13616: 1 for an account number that is in order."""
    return int("".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])) % 97


#: How values of a kind are found in a text, in the order in which they are looked for.
EXPRESSIONS: dict[str, re.Pattern[str]] = {
    "email": re.compile(r"[\w.%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    "iban": re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"),
    "card": re.compile(r"(?<![\w.+-])\d(?:[ -]?\d){12,18}(?![\w-])"),
    "ip": re.compile(r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:])"),
    "phone": re.compile(r"(?<![\w+])(?:\+\d[\d ().-]{6,18}\d|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4})(?!\w)"),
}
_MAKERS: dict[str, Callable[[str, Iterator[int]], str | None]] = {
    "email": _email,
    "phone": _phone,
    "ip": _ip,
    "card": _card,
    "iban": _iban,
}
