"""Numbers of bank accounts, banks and payment cards, checked with python-stdnum.

A check says whether a number is well formed and its check digits are right, not whether it was ever issued.
"""

from typing import Any

import pycountry

from tool_registry.builtin.declare import Toolkit, ToolkitError, obj
from tool_registry.builtin.kinds import COUNTRY, kind, plain_country
from tool_registry.builtin.phrasebook import phrases, told

KIT = Toolkit("standard numbers")

_IBANS = """
DE89370400440532013000 GB82WEST12345698765432 FR1420041010050500013M02606 NL91ABNA0417164300
ES9121000418450200051332 IT60X0542811101000000123456 CH9300762011623852957 AT611904300234573201
SE4550000000058398257466 NO9386011117947 DK5000400440116243 FI2112345600000785 IE29AIBK93115212345678
PT50000201231234567890154 PL61109010140000071219812874 GR1601101250000000012300695 LU280019400644750000
CZ6508000000192000145399 HU42117730161111101800000000 TR330006100519786457841326
SA0380000000608010167519 BR1800360305000010009795493C1 RO49AAAA1B31007593840000
LT121000011101001000 LV80BANK0000435195001 EE382200221020145685 SK3112000000198742637541
"""
#: Mistyped, as numbers are.
_WRONG_IBANS = "DE88370400440532013000 NL19ABNA0417164300 FR1420041010050500013M02607 NO9386011117974"
_BICS = """
DEUTDEFF COBADEFF BNPAFRPP BARCGB22 HBUKGB4B CHASUS33 BOFAUS3N UBSWCHZH80A NDEASESS DNBANOKK INGBNL2A
RABONL2U KREDBEBB UNCRITMM BSCHESMM CAIXESBB BOTKJPJT DBSSSGSG ANZBAU3M ROYCCAT2 DABADKKK NDEAFIHH
GIBAATWW PKOPPLPW BKAUATWW CITIUS33 DEUTDEFF500 BNPAFRPPXXX
"""
#: The test numbers that card networks and payment services publish, and mistyped ones.
_CARDS = """
4242424242424242 4111111111111111 4012888888881881 5555555555554444 5105105105105100 2223003122003222
378282246310005 371449635398431 6011111111111117 3530111333300000 30569309025904 6200000000000005
4242424242424224 5555555555554445 378282246310050 4111111111111112
"""
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

IBAN: dict[str, Any] = {
    "type": "string",
    "format": "iban",
    "title": "IBAN",
    "description": "International Bank Account Number without spaces.",
    "pattern": "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$",
    "examples": _IBANS.split(),
    "x-phrases": {"mention": ["the IBAN {}", "the account {}", "{}"], "again": "that account"},
}


def validity(number: str, noun: str) -> dict[str, Any]:
    """Return the property of a result that says whether a number is right."""
    return {
        "type": "boolean",
        "title": "validity",
        "description": f"Whether the {noun} is well formed and its check digits are right.",
        "x-phrases": {"refer": [f"the validity of {{{number}}}"]},
    }


def country_of(number: str, description: str, *refer: str) -> dict[str, Any]:
    """Return the property of a result for the country of a number."""
    return told(COUNTRY, *refer, f"the country of {{{number}}}", title="country", description=description)


def text_part(title: str, description: str, *refer: str) -> dict[str, Any]:
    """Return a property of a result for a part or a form of a number."""
    return {"type": "string", "title": title, "description": description, "x-phrases": {"refer": list(refer)}}


def known_country(code: str, noun: str) -> str:
    """Return the country code that a number starts with; raise ToolkitError if no country has it."""
    if pycountry.countries.get(alpha_2=code) is None:
        raise ToolkitError(f"{noun} starts with {code}, which is not the code of a country.")
    return code


@KIT.tool(
    parameters=obj(
        {"iban": kind(IBAN, examples=[*IBAN["examples"], *_WRONG_IBANS.split()])},
        examples=[
            {"iban": "DE89370400440532013000"},
            {"iban": "GB82WEST12345698765432"},
            {"iban": "NL19ABNA0417164300"},
        ],
        x_phrases=phrases("""
            ? whether {iban} is valid
            ? if there is a typo in {iban}
            ? Are the check digits of {iban} right?
            ? Could I safely transfer money to {iban}, or is it mistyped?
            ? Validate {iban}.
            = {iban} {/is_valid?is valid:is not valid}.
            = Its check digits {/is_valid?are right, so it is valid:are wrong, so it is not valid}.

            ? which country {iban} belongs to
            ? where {iban} is held
            ? What country is {iban} in?
            ? In which country was {iban} opened?
            ? Look up the country of {iban}.
            = {iban} is held in {/country}.
            = The country of {iban} is {/country}.

            ~ I copied an account number from a blurry scan.
            ~ A landlord wants the deposit up front.
            ~ We pay suppliers in half a dozen countries.
            ~ The transfer was refused and I don't know why.
            """),
    ),
    output=obj(
        {
            "is_valid": validity("iban", "IBAN"),
            "country": country_of("iban", "Country of the account.", "the country where {iban} is held"),
        }
    ),
)
def check_iban(iban: str) -> dict[str, Any]:
    """Check the structure and check digits of an international bank account number and tell its country."""
    from stdnum import iban as standard

    return {"is_valid": standard.is_valid(iban), "country": known_country(iban[:2], "The IBAN")}


@KIT.tool(
    parameters=obj(
        {"iban": IBAN},
        examples=[
            {"iban": "DE89370400440532013000"},
            {"iban": "IT60X0542811101000000123456"},
            {"iban": "SE4550000000058398257466"},
        ],
        x_phrases=phrases("""
            ? the bank code in {iban}
            ? which part of {iban} identifies the bank
            ? What is the national bank code of {iban}?
            ? Which bank code does {iban} carry?
            ? Extract the bank code from {iban}.
            = The bank code in {iban} is {/bank_code}.
            = In {iban} the bank is identified by {/bank_code}.

            ? how {iban} is written in groups of four
            ? the printed form of {iban}, with spaces
            ? How do I write {iban} with spaces?
            ? Format {iban} for a letterhead.
            = On paper {iban} is written {/printed}.
            = With spaces {iban} reads {/printed}.

            ~ An old form asks for a bank code.
            ~ I am putting our account on an invoice.
            ~ Our accounting software wants the parts separately.
            ~ The money went to the wrong bank.
            """),
    ),
    output=obj(
        {
            "bank_code": text_part(
                "bank code",
                "The part of the national account number that identifies the bank.",
                "the bank code in {iban}",
            ),
            "printed": text_part("printed form", "The IBAN in groups of four.", "the printed form of {iban}"),
        }
    ),
)
def iban_parts(iban: str) -> dict[str, Any]:
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


@KIT.tool(
    parameters=obj(
        {
            "bic": {
                "type": "string",
                "format": "bic",
                "title": "BIC",
                "description": "SWIFT code (BIC) of a bank, 8 or 11 characters.",
                "pattern": "^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$",
                "examples": _BICS.split(),
                "x-phrases": {"mention": ["the SWIFT code {}", "the BIC {}", "{}"], "again": "that BIC"},
            }
        },
        examples=[{"bic": "DEUTDEFF"}, {"bic": "BOTKJPJT"}, {"bic": "UBSWCHZH80A"}],
        x_phrases=phrases("""
            ? which country the bank with {bic} is in
            ? the country behind {bic}
            ? In what country is the bank that uses {bic}?
            ? Where does a payment to {bic} go?
            ? Tell me the country for {bic}.
            = The bank with {bic} is in {/country}.
            = The country behind {bic} is {/country}.

            ? whether {bic} means the head office and which country it is in
            ? Is {bic} a head office or a branch, and in which country?
            ? For {bic}, find the country and say whether it is the head office.
            ? Check if {bic} names a single branch, and where.
            = {/is_head_office?A head office:A branch} in {/country} is behind {bic}.
            = For {bic} it is {/is_head_office?the head office:a branch}, in {/country}.

            ~ I have to fill in a form for an international transfer.
            ~ A payment from abroad has come in.
            ~ Our finance team is cleaning up its supplier list.
            ~ My bank statement shows only a SWIFT code.
            """),
    ),
    output=obj(
        {
            "country": plain_country("Country of the bank."),
            "is_head_office": {
                "type": "boolean",
                "title": "head office",
                "description": "Whether the code stands for the head office and not for a branch.",
            },
        }
    ),
)
def bic_details(bic: str) -> dict[str, Any]:
    """Read a bank's SWIFT code (BIC): the country of the bank, and whether it names the head office."""
    return {
        "country": known_country(bic[4:6], "The bank's part of the BIC"),
        "is_head_office": bic[8:] in ("", "XXX"),
    }


@KIT.tool(
    parameters=obj(
        {
            "card_number": {
                "type": "string",
                "format": "card-number",
                "title": "card number",
                "description": "Number of a payment card, digits only.",
                "pattern": "^[0-9]{13,19}$",
                "examples": _CARDS.split(),
                "x-phrases": {"mention": ["card number {}", "{}"], "again": "that card number"},
            }
        },
        examples=[
            {"card_number": "4242424242424242"},
            {"card_number": "378282246310005"},
            {"card_number": "5555555555554445"},
        ],
        x_phrases=phrases("""
            ? whether {card_number} passes the Luhn check
            ? if {card_number} has been mistyped
            ? Does {card_number} have a correct check digit?
            ? Is {card_number} even possible?
            ? Run the Luhn check on {card_number}.
            = {card_number} {/is_valid?passes:fails} the Luhn check.
            = The check digit of {card_number} {/is_valid?is right:is wrong}.

            ? which card network {card_number} belongs to
            ? whose kind of card has {card_number}
            ? What brand of card is {card_number}?
            ? Is {card_number} from Visa, Mastercard or somebody else?
            ? Name the card network of {card_number}.
            = {card_number} belongs to {/network}.
            = The network of {card_number} is {/network}.

            ~ I'm testing the checkout of a web shop.
            ~ Our payment form keeps refusing a test card.
            ~ I am writing documentation for a payment system.
            ~ The sandbox gave me some numbers to try.
            """),
    ),
    output=obj(
        {
            "is_valid": validity("card_number", "card number"),
            "network": text_part("card network", "Card network.", "the card network of {card_number}"),
        }
    ),
)
def check_card_number(card_number: str) -> dict[str, Any]:
    """Check the Luhn check digit of a payment card number and name the card network of its prefix."""
    from stdnum import luhn

    for network, lengths, prefixes in _NETWORKS:
        if len(card_number) in lengths and card_number.startswith(prefixes):
            return {"is_valid": luhn.is_valid(card_number), "network": network}
    raise ToolkitError("No large card network issues numbers with this prefix and length.")
