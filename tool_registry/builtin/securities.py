"""Numbers of companies and of the securities they issue, checked with python-stdnum.

A check says whether a number is well formed and its check digits are right, not whether it was ever issued.
"""

from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, obj
from tool_registry.builtin.identifiers import known_country, text_part, validity
from tool_registry.builtin.kinds import plain_country
from tool_registry.builtin.phrasebook import phrases, told

KIT = Toolkit("company numbers")

# Some at the end of these lists have a wrong check digit, as mistyped numbers do.
_ISINS = """
US0378331005 US5949181045 US02079K3059 US0231351067 US88160R1014 US67066G1040 DE0007164600 DE0007236101
DE0005190003 DE000BASF111 FR0000120271 FR0000121014 FR0000120321 NL0010273215 CH0038863350 CH0012005267
GB0005405286 GB00B10RZP78 GB0007980591 JP3633400001 JP3435000009 SE0000115446 DK0062498333 KR7005930003
CA7800871021 AU000000BHP4 ES0144580Y14 IT0003128367 IE00B4BNMY34 FI0009000681 NO0010096985
US0378331006 DE0007164601 FR0000120217
"""
_CUSIPS = """
037833100 594918104 02079K305 023135106 88160R101 67066G104 30303M102 191216100 254687106 478160104
92826C839 46625H100 742718109 931142103 17275R102 437076102 580135101 654106103 68389X105 713448108
060505104
"""
_LEIS = """
HWUPKR0MPOU8FGXBT394 INR2EJN1ERAN0W5ZP974 7LTWFZYICNSX8D621K86 W22LROWP2IHZNBB6K528 5493006MHB84DD0ZWV18
549300MLUDYVRQOOXS22 529900D6BF99LW9R2E68 R0MUWSFPU8MPRO8K5P83 MLU0ZO3ML4LN2LL2TL39 5493000F4ZO33MV32P92
HWUPKR0MPOU8FGXBT349 529900D6BF99LW9R2E69
"""
_VAT_NUMBERS = """
IE6388047V DE136695976 FR40303265045 LU26375245 NL004495445B01 IT00743110157 SE556703748501 BE0403170701
ESB58378431 DK10150817 FI20774740 ATU13585627 PL5260250274 PT501442600 IE8256796U GB980780684 DE811569869
FR61954506077 CZ25123891 HU12892312 EL094259216 EE100931558 IE9825613N
DE136695967 FR40303265054 ATU13585672
"""
#: VAT prefixes that are not the ISO code of their country.
_VAT_COUNTRIES = {"EL": "GR", "XI": "GB"}

ISIN: dict[str, Any] = {
    "type": "string",
    "format": "isin",
    "title": "ISIN",
    "description": "International Securities Identification Number, 12 characters without spaces.",
    "pattern": "^[A-Z]{2}[A-Z0-9]{9}[0-9]$",
    "examples": _ISINS.split(),
    "x-phrases": {"mention": ["the ISIN {}", "{}"], "again": "that ISIN"},
}


@KIT.tool(
    parameters=obj(
        {"isin": ISIN},
        examples=[{"isin": "US0378331005"}, {"isin": "DE0007164600"}, {"isin": "FR0000120217"}],
        x_phrases=phrases("""
            ? whether {isin} is valid
            ? if the check digit of {isin} is right
            ? Is {isin} a correct number?
            ? Did I copy {isin} without a mistake?
            ? Verify {isin}.
            = {/is_valid?Yes:No}, {isin} {/is_valid?is:is not} valid.
            = The check digit of {isin} {/is_valid?is right:is wrong}.

            ? in which country the security with {isin} was registered
            ? the home country of the share behind {isin}
            ? Which country issued {isin}?
            ? What country does {isin} come from?
            ? Find the country of {isin}.
            = The security behind {isin} was registered in {/country}.
            = The country of {isin} is {/country}.

            ~ My broker's list has only numbers in it.
            ~ I'm going through my late father's shares.
            ~ I want to place an order and not get it wrong.
            ~ The tax form asks where each holding comes from.
            """),
    ),
    output=obj(
        {
            "is_valid": validity("isin", "ISIN"),
            "country": plain_country("Country whose agency assigned the number."),
        }
    ),
)
def check_isin(isin: str) -> dict[str, Any]:
    """Check the check digit of a security's ISIN and tell the country that assigned it."""
    from stdnum import isin as standard

    return {"is_valid": standard.is_valid(isin), "country": known_country(isin[:2], "The ISIN")}


@KIT.tool(
    parameters=obj(
        {
            "cusip": {
                "type": "string",
                "format": "cusip",
                "title": "CUSIP",
                "description": "Nine-character CUSIP of a security of the United States.",
                "pattern": "^[0-9]{3}[0-9A-Z*@#]{5}[0-9]$",
                "examples": _CUSIPS.split(),
                "x-phrases": {"mention": ["the CUSIP {}", "{}"], "again": "that CUSIP"},
            }
        },
        examples=[{"cusip": "037833100"}, {"cusip": "594918104"}, {"cusip": "88160R101"}],
        x_phrases=phrases("""
            ? the ISIN for {cusip}
            ? which ISIN an American share with {cusip} has
            ? What is the ISIN that goes with {cusip}?
            ? How does {cusip} look as an ISIN?
            ? Turn {cusip} into an ISIN.
            ? Give me the international number for {cusip}.
            = The ISIN for {cusip} is {/isin}.
            = With {cusip} goes the ISIN {/isin}.

            ~ My European broker doesn't know American numbers.
            ~ I'm moving my depot from a bank in New York.
            ~ The fund report lists American holdings only by CUSIP.
            ~ We are merging two lists of securities.
            """),
    ),
    output=obj(
        {
            "isin": told(
                ISIN,
                "the ISIN for {cusip}",
                "the ISIN that goes with {cusip}",
                description="ISIN of the security.",
            )
        }
    ),
)
def isin_from_cusip(cusip: str) -> dict[str, Any]:
    """Build the ISIN of a United States security from its CUSIP."""
    from stdnum import cusip as standard

    if not standard.is_valid(cusip):
        raise ToolkitError(f"{cusip} is not a valid CUSIP; its last digit does not fit the others.")
    return {"isin": standard.to_isin(cusip)}


@KIT.tool(
    parameters=obj(
        {
            "lei": {
                "type": "string",
                "format": "lei",
                "title": "LEI",
                "description": "Legal Entity Identifier, 20 characters.",
                "pattern": "^[A-Z0-9]{18}[0-9]{2}$",
                "examples": _LEIS.split(),
                "x-phrases": {"mention": ["the LEI {}", "{}"], "again": "that LEI"},
            }
        },
        examples=[
            {"lei": "HWUPKR0MPOU8FGXBT394"},
            {"lei": "529900D6BF99LW9R2E68"},
            {"lei": "HWUPKR0MPOU8FGXBT349"},
        ],
        x_phrases=phrases("""
            ? whether {lei} is valid
            ? if {lei} has the right check digits
            ? Is {lei} a well-formed company number?
            ? Can you see if {lei} was copied correctly?
            ? Validate {lei} and give the check digits it should have.
            = {/is_valid?It is valid:It is not valid}; the check digits should be {/expected_check_digits}.
            = {lei} {/is_valid?is valid:is not valid}, its check digits being due as {/expected_check_digits}.

            ~ We have to report a trade to the regulator.
            ~ A new client sent us its company data.
            ~ I'm onboarding a supplier.
            ~ The contract lists the parties by number.
            """),
    ),
    output=obj(
        {
            "is_valid": validity("lei", "LEI"),
            "expected_check_digits": text_part(
                "expected check digits",
                "The two last digits that fit the other characters.",
                "the check digits that {lei} should have",
            ),
        }
    ),
)
def check_lei(lei: str) -> dict[str, Any]:
    """Check the check digits of a company's Legal Entity Identifier and tell what they should be."""
    from stdnum import lei as standard
    from stdnum.iso7064 import mod_97_10

    return {
        "is_valid": standard.is_valid(lei),
        "expected_check_digits": mod_97_10.calc_check_digits(lei[:-2]),
    }


@KIT.tool(
    parameters=obj(
        {
            "vat_number": {
                "type": "string",
                "format": "vat-number",
                "title": "VAT number",
                "description": "VAT identification number with its country prefix, without spaces.",
                "pattern": "^[A-Z]{2}[A-Z0-9+*]{2,13}$",
                "examples": _VAT_NUMBERS.split(),
                "x-phrases": {"mention": ["the VAT number {}", "{}"], "again": "that VAT number"},
            }
        },
        examples=[
            {"vat_number": "IE6388047V"},
            {"vat_number": "FR40303265045"},
            {"vat_number": "DE136695967"},
        ],
        x_phrases=phrases("""
            ? whether {vat_number} is valid
            ? if {vat_number} is well formed
            ? Does {vat_number} have the right form and check digits?
            ? Can {vat_number} be right?
            ? Check {vat_number} for typing errors.
            = {vat_number} {/is_valid?is well formed and valid:is not valid}.
            = {vat_number} {/is_valid?is valid:is not valid}.

            ? which country {vat_number} is from
            ? where the company with {vat_number} is registered for tax
            ? In which country was {vat_number} issued?
            ? What country does {vat_number} point to?
            ? Tell me the country of {vat_number}.
            = {vat_number} was issued in {/country}.
            = The country of {vat_number} is {/country}.

            ~ A customer asks for an invoice without VAT.
            ~ I sell to companies all over Europe.
            ~ The tax office has queried one of our invoices.
            ~ We have a new supplier and must register it.
            """),
    ),
    output=obj(
        {
            "is_valid": validity("vat_number", "VAT number"),
            "country": plain_country("Country that issued the number."),
        }
    ),
)
def check_vat_number(vat_number: str) -> dict[str, Any]:
    """Check the form and check digits of a VAT number with country prefix, and tell who issued it."""
    from stdnum import vatin

    country = _VAT_COUNTRIES.get(vat_number[:2], vat_number[:2])
    return {"is_valid": vatin.is_valid(vat_number), "country": known_country(country, "The VAT number")}
