"""Codes against their standards and the test vectors everybody knows."""

import pytest

from tool_registry.builtin.ciphers import (
    caesar_cipher,
    morse_code,
    spell_code_phonetically,
    text_checksum,
)


def test_spelling_by_radio() -> None:
    assert spell_code_phonetically("JFK") == {"spelling": "Juliett Foxtrot Kilo"}
    assert spell_code_phonetically("LAX") == {"spelling": "Lima Alfa X-ray"}


def test_sos() -> None:
    assert morse_code("SOS") == {"morse": "... --- ...", "dots": 6, "dashes": 3}


def test_morse_words_digits_and_punctuation() -> None:
    assert morse_code("Hi, 73!")["morse"] == ".... .. / --... ...--"


def test_morse_has_each_letter_once() -> None:
    codes = morse_code("The quick brown fox jumps over the lazy dog")["morse"].replace("/", "").split()
    assert len(set(codes)) == 26


def test_caesar_himself_moved_by_three() -> None:
    assert caesar_cipher("Veni, vidi, vici", 3) == {"ciphertext": "YHQL, YLGL, YLFL"}


@pytest.mark.parametrize("shift", [1, 13, 25])
def test_a_full_turn_of_the_alphabet_gives_the_text_back(shift: int) -> None:
    once = caesar_cipher("Open sesame", shift)["ciphertext"]
    assert caesar_cipher(once, 26 - shift) == {"ciphertext": "OPEN SESAME"}


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("md5", "900150983cd24fb0d6963f7d28e17f72"),
        ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ],
)
def test_digests_of_abc(algorithm: str, digest: str) -> None:
    assert text_checksum("abc", algorithm) == {"digest": digest}


def test_the_longest_digest() -> None:
    assert len(text_checksum("abc", "sha512")["digest"]) == 128
