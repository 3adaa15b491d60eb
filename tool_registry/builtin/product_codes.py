"""Numbers on books, journals and products: ISBN, ISSN and barcodes, read with python-stdnum."""

from bisect import bisect_right
from typing import Any

from tool_registry.builtin.declare import Toolkit, ToolkitError, obj
from tool_registry.builtin.kinds import kind, plain_country
from tool_registry.builtin.phrasebook import phrases, told

KIT = Toolkit("books and barcodes")

# The wrong ones are mistyped, as numbers are; so are the last three ISSNs.
_ISBNS = """
9780140328721 9780439708180 9780061120084 9780451524935 9780743273565 9780316769488 9780141439518
9780547928227 9780345339683 9780262033848 9780132350884 9780201633610 9780596007126 9781449355739
9783518188132 9783423086349 9782070612758 9782070360024 9788437604947 9784101010014 9788806219451
9789029092524 9780064400558 9780679783268 9780553293357 9780747532699
"""
_WRONG_ISBNS = "9780140328712 9780451524953 9780743273556 9783518188123"
_ISBN10S = "0306406152 0140328726 043942089X"
_ISSNS = """
0028-0836 0036-8075 0140-6736 0028-4793 0031-9007 0013-0613 0028-792X 0040-781X 0027-9358 2041-1723
1932-6203 0098-7484 0378-5955 0003-066X 0036-8733 0017-8012 0002-9602 1476-4687
0028-0863 0140-6763 0317-8472
"""
_BARCODES = """
4006381333931 5449000000996 3017620422003 7622210449283 8710398500762 5000159407236 4902430735063
8801043014830 6901028075763 7613034626844 9300675024235 0012000161155 5901234123457 4000417025005
5000112637922 8000500310427 7310865004703 4005808155828 3168930010265 7501055300075 8718114642840
5010477348357
"""
_WRONG_BARCODES = "4006381333913 5449000000969 3017620422030 8710398500726"

#: First and last GS1 prefix of the member organisations, by the country of each.
_GS1_PREFIXES = """
000-019 US, 030-039 US, 060-139 US, 300-379 FR, 380-380 BG, 383-383 SI, 385-385 HR, 387-387 BA, 400-440 DE,
450-459 JP, 460-469 RU, 470-470 KG, 471-471 TW, 474-474 EE, 475-475 LV, 477-477 LT, 479-479 LK, 480-480 PH,
481-481 BY, 482-482 UA, 484-484 MD, 485-485 AM, 486-486 GE, 487-487 KZ, 489-489 HK, 490-499 JP, 500-509 GB,
520-521 GR, 528-528 LB, 529-529 CY, 531-531 MK, 535-535 MT, 539-539 IE, 540-549 BE, 560-560 PT, 569-569 IS,
570-579 DK, 590-590 PL, 594-594 RO, 599-599 HU, 600-601 ZA, 611-611 MA, 613-613 DZ, 619-619 TN, 622-622 EG,
625-625 JO, 627-627 KW, 628-628 SA, 629-629 AE, 640-649 FI, 690-699 CN, 700-709 NO, 729-729 IL, 730-739 SE,
740-740 GT, 750-750 MX, 754-755 CA, 759-759 VE, 760-769 CH, 770-771 CO, 773-773 UY, 775-775 PE, 777-777 BO,
778-779 AR, 780-780 CL, 784-784 PY, 786-786 EC, 789-790 BR, 800-839 IT, 840-849 ES, 850-850 CU, 858-858 SK,
859-859 CZ, 860-860 RS, 865-865 MN, 868-869 TR, 870-879 NL, 880-880 KR, 884-884 KH, 885-885 TH, 888-888 SG,
890-890 IN, 893-893 VN, 896-896 PK, 899-899 ID, 900-919 AT, 930-939 AU, 940-949 NZ, 955-955 MY
"""
#: Without the prefixes of books, journals, coupons and shops' own numbers, which no country has.
_COUNTRY_PATTERN = "^(?!2|04|05|97[789]|98|99)[0-9]{13}$"

ISBN: dict[str, Any] = {
    "type": "string",
    "format": "isbn",
    "title": "ISBN",
    "description": "International Standard Book Number of 10 or 13 characters, without hyphens.",
    "pattern": "^([0-9]{9}[0-9X]|97[89][0-9]{10})$",
    "examples": [*_ISBNS.split(), *_ISBN10S.split()],
    "x-phrases": {"mention": ["ISBN {}", "the ISBN {}", "{}"], "again": "that ISBN"},
}
BARCODE: dict[str, Any] = {
    "type": "string",
    "format": "barcode",
    "title": "barcode",
    "description": "Thirteen-digit product barcode (EAN-13, GTIN-13), digits only.",
    "pattern": "^[0-9]{13}$",
    "examples": _BARCODES.split(),
    "x-phrases": {"mention": ["the barcode {}", "{}"], "again": "that barcode"},
}


def _check_digit(number: str) -> dict[str, Any]:
    return {
        "type": "string",
        "title": "expected check digit",
        "description": "The last character that fits the ones before it.",
        "x-phrases": {"refer": [f"the check digit that {{{number}}} should have"]},
    }


def _valid(number: str, noun: str) -> dict[str, Any]:
    return {
        "type": "boolean",
        "title": "validity",
        "description": f"Whether the check digit of the {noun} is right.",
        "x-phrases": {"refer": [f"the validity of {{{number}}}"]},
    }


def _isbn10_check_digit(body: str) -> str:
    return "0123456789X"[-sum((10 - place) * int(digit) for place, digit in enumerate(body)) % 11]


@KIT.tool(
    parameters=obj(
        {"isbn": kind(ISBN, examples=[*ISBN["examples"], *_WRONG_ISBNS.split()])},
        examples=[{"isbn": "9780140328721"}, {"isbn": "043942089X"}, {"isbn": "9780451524953"}],
        x_phrases=phrases("""
            ? whether {isbn} is correct
            ? if {isbn} was copied without a mistake
            ? Is {isbn} a valid number?
            ? Could {isbn} contain a typo?
            ? Check {isbn} for me.
            = {isbn} {/is_valid?is:is not} valid.
            = The check digit of {isbn} {/is_valid?is right, so it is valid:is wrong, so it is not valid}.

            ? what the last digit of {isbn} should be
            ? the right check digit for {isbn}
            ? Which check digit should {isbn} end in?
            ? Calculate the check digit of {isbn}.
            = The last digit of {isbn} should be {/expected_check_digit}.
            = The right check digit for {isbn} is {/expected_check_digit}.

            ~ The bookshop says it can't find the book.
            ~ I'm cataloguing our school library.
            ~ I wrote the number down in a hurry.
            ~ The order form refuses what I type.
            """),
    ),
    output=obj({"is_valid": _valid("isbn", "ISBN"), "expected_check_digit": _check_digit("isbn")}),
)
def check_isbn(isbn: str) -> dict[str, Any]:
    """Check the check digit of a book's ISBN and tell what it should be."""
    from stdnum import ean
    from stdnum import isbn as standard

    body = isbn[:-1]
    expected = ean.calc_check_digit(body) if len(isbn) == 13 else _isbn10_check_digit(body)
    return {"is_valid": standard.is_valid(isbn), "expected_check_digit": expected}


@KIT.tool(
    parameters=obj(
        {"isbn": ISBN},
        examples=[{"isbn": "9780140328721"}, {"isbn": "0306406152"}, {"isbn": "9783518188132"}],
        x_phrases=phrases("""
            ? how {isbn} is written with hyphens
            ? the hyphenated form of {isbn}
            ? Where do the hyphens go in {isbn}?
            ? What does {isbn} look like with hyphens?
            ? Put the hyphens into {isbn}.
            = With hyphens, {isbn} is {/hyphenated}.
            = The hyphenated form of {isbn} is {/hyphenated}.

            ? the other form of {isbn}, with ten digits or thirteen
            ? what {isbn} is in the other length, ISBN-10 or ISBN-13
            ? What is the ten-digit or thirteen-digit counterpart of {isbn}?
            ? How does {isbn} look in the other ISBN format?
            ? Convert {isbn} between the ten-digit and the thirteen-digit form.
            = The other form of {isbn} is {/other_form}.
            = The counterpart of {isbn} is {/other_form}.

            ? which agency hands out numbers such as {isbn}
            ? the language or country group of {isbn}
            ? Which registration group does {isbn} belong to?
            ? Name the group of publishers that {isbn} comes from.
            = {isbn} belongs to the group {/group}.
            = The registration group of {isbn} is {/group}.

            ~ I'm selling my old textbooks.
            ~ A second-hand shop lists the book under its old number.
            ~ I am laying out the imprint page of a book.
            ~ Our library software exports bare digits.
            """),
    ),
    output=obj(
        {
            "other_form": told(
                ISBN,
                "the other form of {isbn}",
                "the counterpart of {isbn} in the other length",
                title="other form",
                description="The ISBN-10 of an ISBN-13 or the ISBN-13 of an ISBN-10, without hyphens.",
            ),
            "hyphenated": {
                "type": "string",
                "title": "hyphenated form",
                "description": "The number, in the form given, with hyphens between its parts.",
                "x-phrases": {"refer": ["the hyphenated form of {isbn}"]},
            },
            "group": {
                "type": "string",
                "title": "registration group",
                "description": "Name of the language area or country that the number's group stands for.",
                "x-phrases": {"refer": ["the registration group of {isbn}"]},
            },
        }
    ),
)
def isbn_forms(isbn: str) -> dict[str, Any]:
    """Give a valid ISBN in its other form (10 or 13 digits) and with hyphens, and name its group."""
    from stdnum import isbn as standard
    from stdnum import numdb

    if not standard.is_valid(isbn):
        raise ToolkitError(f"{isbn} is not a valid ISBN; its check digit does not fit.")
    isbn13 = standard.to_isbn13(isbn)
    if not isbn13.startswith("978"):
        raise ToolkitError(f"{isbn} starts with 979, and such a number has no ten-digit form.")
    group = numdb.get("isbn").info(isbn13)[1][1].get("agency")
    if group is None:
        raise ToolkitError(f"The group of {isbn} is not registered.")
    return {
        "other_form": standard.to_isbn10(isbn) if len(isbn) == 13 else isbn13,
        "hyphenated": standard.format(isbn),
        "group": group,
    }


@KIT.tool(
    parameters=obj(
        {
            "issn": {
                "type": "string",
                "format": "issn",
                "title": "ISSN",
                "description": "International Standard Serial Number of a journal, such as 0028-0836.",
                "pattern": "^[0-9]{4}-[0-9]{3}[0-9X]$",
                "examples": _ISSNS.split(),
                "x-phrases": {"mention": ["ISSN {}", "the ISSN {}", "{}"], "again": "that ISSN"},
            }
        },
        examples=[{"issn": "0028-0836"}, {"issn": "0028-792X"}, {"issn": "0140-6763"}],
        x_phrases=phrases("""
            ? whether {issn} is correct
            ? if there is a slip in {issn}
            ? Is {issn} valid?
            ? Does the last digit of {issn} fit?
            ? Verify {issn}.
            = {/is_valid?It is valid:It is not valid}; the check digit should be {/expected_check_digit}.
            = {issn} {/is_valid?is valid:is not valid}, as the last digit has to be {/expected_check_digit}.

            ? the barcode of the journal with {issn}
            ? which barcode goes with {issn}
            ? What barcode would a magazine with {issn} carry?
            ? Work out the barcode digits for {issn}.
            = The barcode for {issn} is {/barcode}.
            = The journal with {issn} carries the barcode {/barcode}.

            ~ I am tidying up a list of references.
            ~ Our kiosk gets a new magazine.
            ~ The subscription form wants a journal number.
            ~ We are printing the first issue of our journal.
            """),
    ),
    output=obj(
        {
            "is_valid": _valid("issn", "ISSN"),
            "expected_check_digit": _check_digit("issn"),
            "barcode": told(
                BARCODE,
                "the barcode of the journal with {issn}",
                "the barcode that goes with {issn}",
                description="Barcode of the journal, without the digits of an issue.",
            ),
        }
    ),
)
def check_issn(issn: str) -> dict[str, Any]:
    """Check the last digit of a journal's ISSN, tell what it should be, and give the journal's barcode."""
    from stdnum import ean
    from stdnum import issn as standard

    digits = issn.replace("-", "")[:7]
    barcode = f"977{digits}00"
    return {
        "is_valid": standard.is_valid(issn),
        "expected_check_digit": standard.calc_check_digit(digits),
        "barcode": barcode + ean.calc_check_digit(barcode),
    }


@KIT.tool(
    parameters=obj(
        {"barcode": kind(BARCODE, examples=[*BARCODE["examples"], *_WRONG_BARCODES.split()])},
        examples=[{"barcode": "4006381333931"}, {"barcode": "3017620422003"}, {"barcode": "5449000000969"}],
        x_phrases=phrases("""
            ? whether {barcode} is valid
            ? if {barcode} was read correctly
            ? Does {barcode} have the right check digit?
            ? Is {barcode} a proper product number?
            ? Validate {barcode}.
            = {barcode} {/is_valid?is:is not} valid.
            = The check digit of {barcode} {/is_valid?is right, so it is valid:is wrong, so it is not valid}.

            ? what the last digit of {barcode} should be
            ? the right check digit for {barcode}
            ? Which digit should {barcode} end in?
            ? Compute the check digit of {barcode}.
            = The last digit of {barcode} should be {/expected_check_digit}.
            = The right check digit for {barcode} is {/expected_check_digit}.

            ~ The scanner at the till keeps beeping.
            ~ I typed the number in by hand.
            ~ We are labelling stock in the warehouse.
            ~ I'm preparing a product list for a web shop.
            """),
    ),
    output=obj({"is_valid": _valid("barcode", "barcode"), "expected_check_digit": _check_digit("barcode")}),
)
def check_barcode(barcode: str) -> dict[str, Any]:
    """Check the last digit of a thirteen-digit product barcode and tell what it should be."""
    from stdnum import ean

    return {"is_valid": ean.is_valid(barcode), "expected_check_digit": ean.calc_check_digit(barcode[:-1])}


@KIT.tool(
    parameters=obj(
        {"barcode": kind(BARCODE, pattern=_COUNTRY_PATTERN)},
        examples=[{"barcode": "4006381333931"}, {"barcode": "3017620422003"}, {"barcode": "8801043014830"}],
        x_phrases=phrases("""
            ? in which country {barcode} was registered
            ? which country the prefix of {barcode} stands for
            ? What country does {barcode} come from?
            ? Where is the company behind {barcode} registered?
            ? Look up the country of {barcode}.
            = {barcode} was registered in {/country}.
            = The prefix of {barcode} belongs to {/country}.

            ~ I try to buy local products.
            ~ I found a snack without any English on it.
            ~ My kids wonder where our groceries come from.
            ~ The packaging hides who makes it.
            """),
    ),
    output=obj({"country": plain_country("Country whose GS1 organisation gave the prefix.")}),
)
def barcode_country(barcode: str) -> dict[str, Any]:
    """Tell in which country the company behind a product barcode registered it (GS1 prefix)."""
    entries = [entry.split() for entry in _GS1_PREFIXES.strip().split(",")]
    prefix = barcode[:3]
    found = bisect_right([bounds[:3] for bounds, _ in entries], prefix) - 1
    bounds, country = entries[found]
    if prefix > bounds[4:]:
        raise ToolkitError(f"The prefix {prefix} belongs to no country: books, journals and shops have their own.")
    return {"country": country}
