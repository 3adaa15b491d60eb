"""Numbers of bank accounts, banks and payment cards, checked with python-stdnum.

A check says whether a number is well formed and its check digits are right, not whether it was ever issued.
"""

from typing import Annotated

import pycountry

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.kinds import CountryCode, PlainCountry
from tool_registry.declare import Kind

tool = pure(category="standard numbers")

#: Issuer prefixes (ISO/IEC 7812) of the card networks, most specific first.
_NETWORKS = (
    ("American Express", (15,), ("34", "37")),
    ("Diners Club", (14, 16), ("300", "301", "302", "303", "304", "305", "3095", "36", "38", "39")),
    ("JCB", (16, 17, 18, 19), tuple(str(prefix) for prefix in range(3528, 3590))),
    ("Mastercard", (16,), ("51", "52", "53", "54", "55", *(str(prefix) for prefix in range(2221, 2721)))),
    ("Discover", (16, 17, 18, 19), ("6011", "644", "645", "646", "647", "648", "649", "65")),
    ("UnionPay", (16, 17, 18, 19), ("62",)),
    ("Visa", (13, 16, 19), ("4",)),
)
#: Countries in whose account numbers a check character precedes the bank code.
_CHECK_CHARACTER_FIRST = ("IT", "SM")

Iban = Annotated[
    str,
    Kind(
        "IBAN",
        "International Bank Account Number without spaces.",
        format="iban",
        pattern="^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$",
        examples=(
            "DE89370400440532013000 GB82WEST12345698765432 FR1420041010050500013M02606 NL91ABNA0417164300 "
            "ES9121000418450200051332 IT60X0542811101000000123456 CH9300762011623852957 AT611904300234573201 "
            "SE4550000000058398257466 NO9386011117947 DK5000400440116243 FI2112345600000785 "
            "IE29AIBK93115212345678 PT50000201231234567890154 PL61109010140000071219812874 "
            "GR1601101250000000012300695 LU280019400644750000 CZ6508000000192000145399 "
            "HU42117730161111101800000000 TR330006100519786457841326 SA0380000000608010167519 "
            "BR1800360305000010009795493C1 RO49AAAA1B31007593840000 LT121000011101001000 LV80BANK0000435195001 "
            "EE382200221020145685 SK3112000000198742637541"
        ).split(),
        mention=["the IBAN {}", "the account {}", "{}"],
        again="that account",
    ),
]


def known_country(code: str, noun: str) -> str:
    """Return the country code that a number starts with; raise ToolkitError if no country has it."""
    if pycountry.countries.get(alpha_2=code) is None:
        raise ToolkitError(f"{noun} starts with {code}, which is not the code of a country.")
    return code


class _CheckIban(Result):
    is_valid: Annotated[bool, Kind("validity", "Whether the IBAN is well formed and its check digits are right.")]
    country: Annotated[CountryCode, Kind(description="Country of the account.")]


@tool
def check_iban(iban: Iban) -> _CheckIban:
    """Check the structure and check digits of an international bank account number and tell its country."""
    from stdnum import iban as standard

    return {"is_valid": standard.is_valid(iban), "country": known_country(iban[:2], "The IBAN")}


class _IbanParts(Result):
    bank_code: Annotated[str, Kind("bank code", "The part of the national account number that identifies the bank.")]
    printed: Annotated[str, Kind("printed form", "The IBAN in groups of four.")]


@tool
def iban_parts(iban: Iban) -> _IbanParts:
    """Take the national bank code out of a valid IBAN, and write the IBAN in groups of four as on paper."""
    from stdnum import iban as standard
    from stdnum import numdb

    if not standard.is_valid(iban):
        raise ToolkitError(f"{iban} is not a valid IBAN; check it for typing errors.")
    structure = numdb.get("iban").info(iban)[0][1]["bban"]
    # Such as 5!n5!n11!c2!n: the length and the character class of each part.
    lengths = [
        int(part[:-1])
        for part in structure.replace("!", "").replace("n", "n ").replace("a", "a ").replace("c", "c ").split()
    ]
    start = 4
    if iban[:2] in _CHECK_CHARACTER_FIRST:
        start += lengths.pop(0)
    return {"bank_code": iban[start : start + lengths[0]], "printed": standard.format(iban)}


class _BicDetails(Result):
    country: Annotated[PlainCountry, Kind(description="Country of the bank.")]
    is_head_office: Annotated[
        bool, Kind("head office", "Whether the code stands for the head office and not for a branch.")
    ]


@tool
def bic_details(
    bic: Annotated[
        str,
        Kind(
            "BIC",
            "SWIFT code (BIC) of a bank, 8 or 11 characters.",
            format="bic",
            pattern="^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$",
        ),
    ],
) -> _BicDetails:
    """Read a bank's SWIFT code (BIC): the country of the bank, and whether it names the head office."""
    return {"country": known_country(bic[4:6], "The bank's part of the BIC"), "is_head_office": bic[8:] in ("", "XXX")}


class _CheckCardNumber(Result):
    is_valid: Annotated[
        bool, Kind("validity", "Whether the card number is well formed and its check digits are right.")
    ]
    network: Annotated[str, Kind("card network", "Card network.")]


@tool
def check_card_number(
    card_number: Annotated[
        str,
        Kind("card number", "Number of a payment card, digits only.", format="card-number", pattern="^[0-9]{13,19}$"),
    ],
) -> _CheckCardNumber:
    """Check the Luhn check digit of a payment card number and name the card network of its prefix."""
    from stdnum import luhn

    for network, lengths, prefixes in _NETWORKS:
        if len(card_number) in lengths and card_number.startswith(prefixes):
            return {"is_valid": luhn.is_valid(card_number), "network": network}
    raise ToolkitError("No large card network issues numbers with this prefix and length.")


TOOLS = [check_iban, iban_parts, bic_details, check_card_number]
