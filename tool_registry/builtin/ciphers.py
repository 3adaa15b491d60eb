"""Writing a text in another code: spelling alphabet, Morse code, Caesar cipher, checksums."""

import hashlib
from typing import Any

from tool_registry.builtin.declare import Toolkit, labelled, obj
from tool_registry.builtin.kinds import AIRPORT, WHOLE_NUMBER, kind
from tool_registry.builtin.phrasebook import phrases, told
from tool_registry.builtin.text import SHORT_TEXT, plain_capitals

KIT = Toolkit("codes and ciphers")

NATO = (
    "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett Kilo Lima Mike November Oscar Papa "
    "Quebec Romeo Sierra Tango Uniform Victor Whiskey X-ray Yankee Zulu"
)
MORSE = (
    ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- "
    "-.-- --.. ----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----."
)
_MORSE_CODES = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", MORSE.split(), strict=True))


@KIT.tool(
    parameters=obj(
        {
            "code": kind(
                AIRPORT,
                title="code",
                description="Code of letters, such as an airport code.",
                pattern="^[A-Z]{2,10}$",
            )
        },
        examples=[{"code": "HND"}, {"code": "LHR"}, {"code": "XQJ"}],
        x_phrases=phrases("""
? how to spell the code for {code} over the radio
? how to spell out the code of {code} in the NATO alphabet
? How do I spell the code for {code} in the phonetic alphabet?
? What is the code of {code} in the NATO spelling alphabet?
? Spell the code of {code} for me letter by letter in the NATO alphabet.
= The code {code} is spelled {/spelling}.
= Over the radio you say {/spelling} for {code}.

~ I have to give it over a crackling phone line.
~ I'm practising for my radio certificate.
~ The person at the hotline keeps mishearing me.
~ I'm learning to talk like a pilot.
"""),
    ),
    output=obj(
        {
            "spelling": {
                "type": "string",
                "title": "spelling",
                "description": "The code words of the ICAO alphabet in order.",
            }
        }
    ),
)
def spell_code_phonetically(code: str) -> dict[str, Any]:
    """Spell a code of letters, such as an airport code, in the NATO (ICAO) phonetic alphabet."""
    words = NATO.split()
    return {"spelling": " ".join(words[ord(letter) - 65] for letter in code)}


@KIT.tool(
    parameters=obj(
        {"text": SHORT_TEXT},
        examples=[{"text": "Eureka"}, {"text": "Meet me at noon"}, {"text": "Carpe diem"}],
        x_phrases=phrases("""
? what {text} looks like in Morse code
? how to tap out {text} in Morse
? How do I send {text} in Morse code?
? What's the Morse code for {text}?
? Put {text} into Morse code for me.
= In Morse code, {text} is {/morse}.
= For {text} you send {/morse}.

? how many dots and dashes {text} takes in Morse
? How many dots and how many dashes are in the Morse code of {text}?
? In Morse, how many short and how many long signals does {text} have?
? Count the dots and dashes of {text} in Morse code.
= In Morse, {text} takes {/dots} dots and {/dashes} dashes.

~ I'm making a bracelet with a secret message.
~ We're playing with torches at the campsite tonight.
~ I'm writing a clue for an escape room.
~ I'm learning Morse for my amateur radio licence.
"""),
    ),
    output=obj(
        {
            "morse": {
                "type": "string",
                "title": "Morse code",
                "description": "Letters are separated by spaces, words by a slash.",
            },
            "dots": told(
                kind(WHOLE_NUMBER, format="signal-count"),
                "the number of dots in the Morse code of {text}",
                title="dots",
                description="How many dots.",
                minimum=0,
            ),
            "dashes": told(
                kind(WHOLE_NUMBER, format="signal-count"),
                "the number of dashes in the Morse code of {text}",
                title="dashes",
                description="How many dashes.",
                minimum=0,
            ),
        }
    ),
)
def morse_code(text: str) -> dict[str, Any]:
    """Write a text in international Morse code; letters and digits count, other characters are left out."""
    words = [[_MORSE_CODES[c] for c in word if c in _MORSE_CODES] for word in plain_capitals(text).split()]
    morse = " / ".join(" ".join(word) for word in words if word)
    return {"morse": morse, "dots": morse.count("."), "dashes": morse.count("-")}


@KIT.tool(
    parameters=obj(
        {
            "text": SHORT_TEXT,
            "shift": {
                "type": "integer",
                "format": "alphabet-shift",
                "title": "shift",
                "description": "Places to move each letter forward in the alphabet.",
                "minimum": 1,
                "maximum": 25,
                "examples": [1, 3, 4, 5, 7, 9, 10, 11, 12, 13, 15, 17, 19, 21, 23],
                "x-phrases": {"mention": ["a shift of {}"], "again": "that shift"},
            },
        },
        examples=[
            {"text": "Meet me at noon", "shift": 3},
            {"text": "Open sesame", "shift": 13},
            {"text": "Follow the river", "shift": 7},
        ],
        x_phrases=phrases("""
? what {text} becomes in a Caesar cipher with {shift}
? how to encrypt {text} with a Caesar cipher and {shift}
? What do I get if I encode {text} with a Caesar cipher and {shift}?
? How does {text} read after a Caesar cipher with {shift}?
? Encrypt {text} with a Caesar cipher using {shift}.
= Encrypted, {text} is {/ciphertext}.
= With {shift} {text} becomes {/ciphertext}.

~ My kids love secret messages.
~ I'm preparing a treasure hunt.
~ I'm teaching a class about cryptography.
~ I'm hiding a spoiler in a forum post.
"""),
    ),
    output=obj(
        {
            "ciphertext": told(
                SHORT_TEXT,
                "the Caesar cipher of {text} with {shift}",
                title="encrypted text",
                description="The text in capitals with each letter moved on.",
                again="that cipher text",
            )
        }
    ),
)
def caesar_cipher(text: str, shift: int) -> dict[str, Any]:
    """Encrypt a text with a Caesar cipher: each letter moves forward in the alphabet, the rest stays."""
    moved = (chr((ord(c) - 65 + shift) % 26 + 65) if "A" <= c <= "Z" else c for c in plain_capitals(text))
    return {"ciphertext": "".join(moved)}


@KIT.tool(
    parameters=obj(
        {
            "text": SHORT_TEXT,
            "algorithm": labelled(
                {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"},
                type="string",
                title="hash",
                description="Hash algorithm.",
            ),
        },
        examples=[
            {"text": "Eureka", "algorithm": "sha256"},
            {"text": "Carpe diem", "algorithm": "md5"},
            {"text": "Silver moon", "algorithm": "sha1"},
        ],
        x_phrases=phrases("""
? the {algorithm} hash of {text}
? what {text} hashes to with {algorithm}
? What's the {algorithm} checksum of {text}?
? Which digest does {algorithm} give for {text}?
? Hash {text} with {algorithm}.
= The {algorithm} digest is {/digest}.
= It hashes to {/digest}.

~ I want to publish a prediction without revealing it yet.
~ I'm testing my own implementation.
~ I'm checking that a file arrived unchanged.
~ I need a test value for a unit test.
"""),
    ),
    output=obj(
        {
            "digest": {
                "type": "string",
                "format": "hex-digest",
                "title": "digest",
                "description": "Digest of the UTF-8 text in hexadecimal.",
            }
        }
    ),
)
def text_checksum(text: str, algorithm: str) -> dict[str, Any]:
    """Give the MD5, SHA-1, SHA-256 or SHA-512 digest of a text in UTF-8, in hexadecimal."""
    return {"digest": hashlib.new(algorithm, text.encode(), usedforsecurity=False).hexdigest()}
