"""Numbers of well-known companies."""

import pytest

from tool_registry.builtin.declare import ToolkitError
from tool_registry.builtin.securities import check_isin, check_lei, check_vat_number, isin_from_cusip


@pytest.mark.parametrize(
    ("isin", "country"),
    [("US0378331005", "US"), ("DE0007164600", "DE"), ("CH0038863350", "CH"), ("JP3633400001", "JP")],
)
def test_isins_of_apple_sap_nestle_and_toyota(isin: str, country: str) -> None:
    assert check_isin(isin) == {"is_valid": True, "country": country}


def test_a_wrong_isin() -> None:
    assert check_isin("US0378331006")["is_valid"] is False


def test_an_international_isin_has_no_country() -> None:
    with pytest.raises(ToolkitError, match="XS"):
        check_isin("XS0203470157")


def test_isins_contain_the_cusip() -> None:
    assert isin_from_cusip("037833100") == {"isin": "US0378331005"}
    assert isin_from_cusip("594918104") == {"isin": "US5949181045"}
    with pytest.raises(ToolkitError, match="not a valid CUSIP"):
        isin_from_cusip("037833101")


def test_the_lei_of_apple() -> None:
    assert check_lei("HWUPKR0MPOU8FGXBT394") == {"is_valid": True, "expected_check_digits": "94"}
    assert check_lei("HWUPKR0MPOU8FGXBT349") == {"is_valid": False, "expected_check_digits": "94"}


def test_vat_numbers() -> None:
    assert check_vat_number("IE6388047V") == {"is_valid": True, "country": "IE"}
    assert check_vat_number("DE136695967") == {"is_valid": False, "country": "DE"}
    assert check_vat_number("EL094259216") == {"is_valid": True, "country": "GR"}
    with pytest.raises(ToolkitError, match="QQ"):
        check_vat_number("QQ123456")
