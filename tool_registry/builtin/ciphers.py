"""Writing a text in another code: spelling alphabet, Morse code, Caesar cipher, checksums."""

import hashlib
from typing import Annotated

from tool_registry.builtin.declare import Result, pure
from tool_registry.builtin.kinds import AirportCode
from tool_registry.builtin.text import ShortText, plain_capitals
from tool_registry.declare import Kind

tool = pure(category="codes and ciphers")

NATO = (
    "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa "
    "Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu"
)
MORSE = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- "
    "-.-- --.. ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----."
)
_MORSE_CODES = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", MORSE.split(), strict=True))


class _SpellCodePhonetically(Result):
    spelling: Annotated[str, Kind("spelling", "The code words of the ICAO alphabet in order.")]


@tool
def spell_code_phonetically(
    code: Annotated[AirportCode, Kind("code", "Code of letters, such as an airport code.", pattern="^[A-Z]{2,10}$")],
) -> _SpellCodePhonetically:
    """Spell a code of letters, such as an airport code, in the NATO (ICAO) phonetic alphabet."""
    words = NATO.split()
    return {"spelling": " ".join(words[ord(letter) - 65] for letter in code)}


class _MorseCode(Result):
    morse: Annotated[str, Kind("Morse code", "Letters are separated by spaces, words by a slash.")]
    dots: Annotated[int, Kind("dots", "How many dots.", format="signal-count", minimum=0)]
    dashes: Annotated[int, Kind("dashes", "How many dashes.", format="signal-count", minimum=0)]


@tool
def morse_code(text: ShortText) -> _MorseCode:
    """Write a text in international Morse code; letters and digits count, other characters are left out."""
    words = [[_MORSE_CODES[c] for c in word if c in _MORSE_CODES] for word in plain_capitals(text).split()]
    morse = " / ".join(" ".join(word) for word in words if word)
    return {"morse": morse, "dots": morse.count("."), "dashes": morse.count("-")}


class _CaesarCipher(Result):
    ciphertext: Annotated[ShortText, Kind("encrypted text", "The text in capitals with each letter moved on.")]


@tool
def caesar_cipher(
    text: ShortText,
    shift: Annotated[
        int,
        Kind(
            "shift",
            "Places to move each letter forward in the alphabet.",
            format="alphabet-shift",
            minimum=1,
            maximum=25,
        ),
    ],
) -> _CaesarCipher:
    """Encrypt a text with a Caesar cipher: each letter moves forward in the alphabet, the rest stays."""
    moved = (chr((ord(c) - 65 + shift) % 26 + 65) if "A" <= c <= "Z" else c for c in plain_capitals(text))
    return {"ciphertext": "".join(moved)}


class _TextChecksum(Result):
    digest: Annotated[str, Kind("digest", "Digest of the UTF-8 text in hexadecimal.", format="hex-digest")]


@tool
def text_checksum(
    text: ShortText,
    algorithm: Annotated[
        str,
        Kind(
            "hash", "Hash algorithm.", labels={"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}
        ),
    ],
) -> _TextChecksum:
    """Give the MD5, SHA-1, SHA-256 or SHA-512 digest of a text in UTF-8, in hexadecimal."""
    return {"digest": hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest()}


TOOLS = [spell_code_phonetically, morse_code, caesar_cipher, text_checksum]
