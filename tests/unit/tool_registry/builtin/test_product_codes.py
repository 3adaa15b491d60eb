"""Numbers of known books, journals and products."""

import pytest

from tool_registry.builtin import product_codes
from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.product_codes import (
    barcode_country,
    check_barcode,
    check_isbn,
    check_issn,
    isbn_forms,
)


def test_both_lengths_of_isbn() -> None:
    assert check_isbn("9780140328721") == {"is_valid": True, "expected_check_digit": "1"}
    assert check_isbn("043942089X") == {"is_valid": True, "expected_check_digit": "X"}
    assert check_isbn("0306406153") == {"is_valid": False, "expected_check_digit": "2"}
    assert check_isbn("9780451524953") == {"is_valid": False, "expected_check_digit": "9"}


def test_the_forms_of_an_isbn() -> None:
    assert isbn_forms("0306406152") == {
        "other_form": "9780306406157",
        "hyphenated": "0-306-40615-2",
        "group": "English language",
    }
    assert isbn_forms("9783518188132")["other_form"] == "3518188135"


@pytest.mark.parametrize(("isbn", "message"), [("9780140328722", "not a valid ISBN"), ("9791090636071", "979")])
def test_isbns_without_another_form(isbn: str, message: str) -> None:
    with pytest.raises(ToolkitError, match=message):
        isbn_forms(isbn)


def test_nature() -> None:
    assert check_issn("0028-0836") == {
        "is_valid": True,
        "expected_check_digit": "6",
        "barcode": "9770028083002",
    }
    assert check_issn("0028-792X")["is_valid"] is True
    # 2·6 + 8·5 + 8·3 + 6·2 = 88, a multiple of 11.
    assert check_issn("0028-0863")["is_valid"] is False
    assert check_issn("0028-0863")["expected_check_digit"] == "0"


def test_the_barcode_of_a_journal_is_valid() -> None:
    assert check_barcode(check_issn("0036-8075")["barcode"])["is_valid"] is True


def test_barcodes() -> None:
    assert check_barcode("4006381333931") == {"is_valid": True, "expected_check_digit": "1"}
    assert check_barcode("4006381333932") == {"is_valid": False, "expected_check_digit": "1"}


@pytest.mark.parametrize(
    ("barcode", "country"),
    [
        ("4006381333931", "DE"),
        ("3017620422003", "FR"),
        ("0012000161155", "US"),
        ("8801043014830", "KR"),
        ("7613034626844", "CH"),
    ],
)
def test_countries_of_barcodes(barcode: str, country: str) -> None:
    assert barcode_country(barcode) == {"country": country}


@pytest.mark.parametrize("barcode", ["9780140328721", "2012345678900", "6321234567890"])
def test_prefixes_of_no_country(barcode: str) -> None:
    with pytest.raises(ToolkitError, match="belongs to no country"):
        barcode_country(barcode)


def test_the_prefixes_are_in_order_and_do_not_overlap() -> None:
    bounds = [entry.split()[0].split("-") for entry in product_codes._GS1_PREFIXES.strip().split(",")]
    flat = [number for first, last in bounds for number in (first, last)]
    assert flat == sorted(flat)
