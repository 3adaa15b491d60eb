"""Published specimen account numbers, bank codes and test card numbers."""

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.identifiers import bic_details, check_card_number, check_iban, iban_parts


def test_ibans_of_the_registry() -> None:
    assert check_iban("DE89370400440532013000") == {"is_valid": True, "country": "DE"}
    assert check_iban("GB82WEST12345698765432") == {"is_valid": True, "country": "GB"}


def test_swapped_digits_are_noticed() -> None:
    assert check_iban("NL19ABNA0417164300") == {"is_valid": False, "country": "NL"}


def test_an_iban_of_no_country() -> None:
    with pytest.raises(ToolkitError, match="QQ"):
        check_iban("QQ89370400440532013000")


@pytest.mark.parametrize(
    ("iban", "bank_code"),
    [
        ("DE89370400440532013000", "37040044"),
        ("GB82WEST12345698765432", "WEST"),
        ("NL91ABNA0417164300", "ABNA"),
        ("ES9121000418450200051332", "2100"),  # CaixaBank
        ("IT60X0542811101000000123456", "05428"),  # after the check character X
        ("PL61109010140000071219812874", "10901014"),
    ],
)
def test_bank_codes(iban: str, bank_code: str) -> None:
    assert iban_parts(iban)["bank_code"] == bank_code


def test_the_printed_form_has_groups_of_four() -> None:
    assert iban_parts("NO9386011117947")["printed"] == "NO93 8601 1117 947"


def test_a_wrong_iban_has_no_parts() -> None:
    with pytest.raises(ToolkitError, match="not a valid IBAN"):
        iban_parts("DE88370400440532013000")


def test_swift_codes() -> None:
    assert bic_details("DEUTDEFF") == {"country": "DE", "is_head_office": True}
    assert bic_details("DEUTDEFF500") == {"country": "DE", "is_head_office": False}
    assert bic_details("BNPAFRPPXXX") == {"country": "FR", "is_head_office": True}
    with pytest.raises(ToolkitError, match="QQ"):
        bic_details("DEUTQQFF")


@pytest.mark.parametrize(
    ("number", "network"),
    [
        ("4242424242424242", "Visa"),
        ("5555555555554444", "Mastercard"),
        ("2223003122003222", "Mastercard"),
        ("378282246310005", "American Express"),
        ("6011111111111117", "Discover"),
        ("3530111333300000", "JCB"),
        ("30569309025904", "Diners Club"),
        ("6200000000000005", "UnionPay"),
    ],
)
def test_published_test_cards(number: str, network: str) -> None:
    assert check_card_number(number) == {"is_valid": True, "network": network}


def test_a_mistyped_card() -> None:
    assert check_card_number("4242424242424224") == {"is_valid": False, "network": "Visa"}


def test_no_network_has_such_a_number() -> None:
    with pytest.raises(ToolkitError, match="prefix and length"):
        check_card_number("9999999999999999")
