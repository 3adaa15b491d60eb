"""Numbers of companies and of the securities they issue, checked with python-stdnum.

A check says whether a number is well formed and its check digits are right, not whether it was ever issued.
"""

from typing import Annotated

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.identifiers import known_country
from tool_registry.builtin.kinds import PlainCountry
from tool_registry.declare import Kind

tool = pure(category="company numbers")

#: VAT prefixes that are not the ISO code of their country.
_VAT_COUNTRIES = {"EL": "GR", "XI": "GB"}

Isin = Annotated[
    str,
    Kind(
        "ISIN",
        "International Securities Identification Number, 12 characters without spaces.",
        format="isin",
        pattern="^[A-Z]{2}[A-Z0-9]{9}[0-9]$",
        examples=(
            "US0378331005 US5949181045 US02079K3059 US0231351067 US88160R1014 US67066G1040 DE0007164600 "
            "DE0007236101 DE0005190003 DE000BASF111 FR0000120271 FR0000121014 FR0000120321 NL0010273215 "
            "CH0038863350 CH0012005267 GB0005405286 GB00B10RZP78 GB0007980591 JP3633400001 JP3435000009 "
            "SE0000115446 DK0062498333 KR7005930003 CA7800871021 AU000000BHP4 ES0144580Y14 IT0003128367 "
            "IE00B4BNMY34 FI0009000681 NO0010096985 US0378331006 DE0007164601 FR0000120217"
        ).split(),
        mention=["the ISIN {}", "{}"],
        again="that ISIN",
    ),
]


class _CheckIsin(Result):
    is_valid: Annotated[bool, Kind("validity", "Whether the ISIN is well formed and its check digits are right.")]
    country: Annotated[PlainCountry, Kind(description="Country whose agency assigned the number.")]


@tool
def check_isin(isin: Isin) -> _CheckIsin:
    """Check the check digit of a security's ISIN and tell the country that assigned it."""
    from stdnum import isin as standard

    return {"is_valid": standard.is_valid(isin), "country": known_country(isin[:2], "The ISIN")}


class _IsinFromCusip(Result):
    isin: Annotated[Isin, Kind(description="ISIN of the security.")]


@tool
def isin_from_cusip(
    cusip: Annotated[
        str,
        Kind(
            "CUSIP",
            "Nine-character CUSIP of a security of the United States.",
            format="cusip",
            pattern="^[0-9]{3}[0-9A-Z*@#]{5}[0-9]$",
        ),
    ],
) -> _IsinFromCusip:
    """Build the ISIN of a United States security from its CUSIP."""
    from stdnum import cusip as standard

    if not standard.is_valid(cusip):
        raise ToolkitError(f"{cusip} is not a valid CUSIP; its last digit does not fit the others.")
    return {"isin": standard.to_isin(cusip)}


class _CheckLei(Result):
    is_valid: Annotated[bool, Kind("validity", "Whether the LEI is well formed and its check digits are right.")]
    expected_check_digits: Annotated[
        str, Kind("expected check digits", "The two last digits that fit the other characters.")
    ]


@tool
def check_lei(
    lei: Annotated[
        str, Kind("LEI", "Legal Entity Identifier, 20 characters.", format="lei", pattern="^[A-Z0-9]{18}[0-9]{2}$")
    ],
) -> _CheckLei:
    """Check the check digits of a company's Legal Entity Identifier and tell what they should be."""
    from stdnum import lei as standard
    from stdnum.iso7064 import mod_97_10

    return {"is_valid": standard.is_valid(lei), "expected_check_digits": mod_97_10.calc_check_digits(lei[:-2])}


class _CheckVatNumber(Result):
    is_valid: Annotated[bool, Kind("validity", "Whether the VAT number is well formed and its check digits are right.")]
    country: Annotated[PlainCountry, Kind(description="Country that issued the number.")]


@tool
def check_vat_number(
    vat_number: Annotated[
        str,
        Kind(
            "VAT number",
            "VAT identification number with its country prefix, without spaces.",
            format="vat-number",
            pattern="^[A-Z]{2}[A-Z0-9+*]{2,13}$",
        ),
    ],
) -> _CheckVatNumber:
    """Check the form and check digits of a VAT number with country prefix, and tell who issued it."""
    from stdnum import vatin

    country = _VAT_COUNTRIES.get(vat_number[:2], vat_number[:2])
    return {"is_valid": vatin.is_valid(vat_number), "country": known_country(country, "The VAT number")}


TOOLS = [check_isin, isin_from_cusip, check_lei, check_vat_number]
