"""Numbers on books, journals and products: ISBN, ISSN and barcodes, read with python-stdnum."""

from bisect import bisect_right
from typing import Annotated

from tool_registry.builtin.declare import Result, ToolkitError, pure
from tool_registry.builtin.kinds import PlainCountry
from tool_registry.declare import Kind

tool = pure(category="books and barcodes")


#: First and last GS1 prefix of the member organisations, by the country of each; without the prefixes of books,
#: journals, coupons and shops' own numbers, which no country has.
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

Isbn = Annotated[
    str,
    Kind(
        "ISBN",
        "International Standard Book Number of 10 or 13 characters, without hyphens.",
        format="isbn",
        pattern="^([0-9]{9}[0-9X]|97[89][0-9]{10})$",
        examples=(
            "9780140328721 9780439708180 9780061120084 9780451524935 9780743273565 9780316769488 9780141439518 "
            "9780547928227 9780345339683 9780262033848 9780132350884 9780201633610 9780596007126 9781449355739 "
            "9783518188132 9783423086349 9782070612758 9782070360024 9788437604947 9784101010014 9788806219451 "
            "9789029092524 9780064400558 9780679783268 9780553293357 9780747532699 0306406152 0140328726 "
            "043942089X"
        ).split(),
        mention=["ISBN {}", "the ISBN {}", "{}"],
        again="that ISBN",
    ),
]
Barcode = Annotated[
    str,
    Kind(
        "barcode",
        "Thirteen-digit product barcode (EAN-13, GTIN-13), digits only.",
        format="barcode",
        pattern="^[0-9]{13}$",
        examples=(
            "4006381333931 5449000000996 3017620422003 7622210449283 8710398500762 5000159407236 4902430735063 "
            "8801043014830 6901028075763 7613034626844 9300675024235 0012000161155 5901234123457 4000417025005 "
            "5000112637922 8000500310427 7310865004703 4005808155828 3168930010265 7501055300075 8718114642840 "
            "5010477348357"
        ).split(),
        mention=["the barcode {}", "{}"],
        again="that barcode",
    ),
]


def _isbn10_check_digit(body: str) -> str:
    return "0123456789X"[-sum((10 - place) * int(digit) for place, digit in enumerate(body)) % 11]


ExpectedCheckDigit = Annotated[str, Kind("expected check digit", "The last character that fits the ones before it.")]


class _CheckIsbn(Result):
    is_valid: Annotated[bool, Kind("validity", "Whether the check digit of the ISBN is right.")]
    expected_check_digit: ExpectedCheckDigit


@tool
def check_isbn(isbn: Isbn) -> _CheckIsbn:
    """Check the check digit of a book's ISBN and tell what it should be."""
    from stdnum import ean
    from stdnum import isbn as standard

    body = isbn[:-1]
    expected = ean.calc_check_digit(body) if len(isbn) == 13 else _isbn10_check_digit(body)
    return {"is_valid": standard.is_valid(isbn), "expected_check_digit": expected}


class _IsbnForms(Result):
    other_form: Annotated[
        Isbn, Kind("other form", "The ISBN-10 of an ISBN-13 or the ISBN-13 of an ISBN-10, without hyphens.")
    ]
    hyphenated: Annotated[
        str, Kind("hyphenated form", "The number, in the form given, with hyphens between its parts.")
    ]
    group: Annotated[
        str, Kind("registration group", "Name of the language area or country that the number's group stands for.")
    ]


@tool
def isbn_forms(isbn: Isbn) -> _IsbnForms:
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


class _CheckIssn(Result):
    is_valid: Annotated[bool, Kind("validity", "Whether the check digit of the ISSN is right.")]
    expected_check_digit: ExpectedCheckDigit
    barcode: Annotated[Barcode, Kind(description="Barcode of the journal, without the digits of an issue.")]


@tool
def check_issn(
    issn: Annotated[
        str,
        Kind(
            "ISSN",
            "International Standard Serial Number of a journal, such as 0028-0836.",
            format="issn",
            pattern="^[0-9]{4}-[0-9]{3}[0-9X]$",
        ),
    ],
) -> _CheckIssn:
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


class _CheckBarcode(Result):
    is_valid: Annotated[bool, Kind("validity", "Whether the check digit of the barcode is right.")]
    expected_check_digit: ExpectedCheckDigit


@tool
def check_barcode(barcode: Barcode) -> _CheckBarcode:
    """Check the last digit of a thirteen-digit product barcode and tell what it should be."""
    from stdnum import ean

    return {"is_valid": ean.is_valid(barcode), "expected_check_digit": ean.calc_check_digit(barcode[:-1])}


class _BarcodeCountry(Result):
    country: Annotated[PlainCountry, Kind(description="Country whose GS1 organisation gave the prefix.")]


@tool
def barcode_country(
    barcode: Annotated[Barcode, Kind(pattern="^(?!2|04|05|97[789]|98|99)[0-9]{13}$")],
) -> _BarcodeCountry:
    """Tell in which country the company behind a product barcode registered it (GS1 prefix)."""
    entries = [entry.split() for entry in _GS1_PREFIXES.strip().split(",")]
    prefix = barcode[:3]
    found = bisect_right([bounds[:3] for bounds, _ in entries], prefix) - 1
    bounds, country = entries[found]
    if prefix > bounds[4:]:
        raise ToolkitError(f"The prefix {prefix} belongs to no country: books, journals and shops have their own.")
    return {"country": country}


TOOLS = [check_isbn, isbn_forms, check_issn, check_barcode, barcode_country]
