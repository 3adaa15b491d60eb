"""Words with a capital that are no name, or that say a name of the record in another form.

`GENERAL` may stand in any text; `LABEL` in headings, bold labels and heads of tables. `same_name` knows irregular
adjectives of countries and abbreviated words of addresses, `named_by_code` what a code of a country, language or
currency stands for (CLDR).
"""

from collections.abc import Iterable
from functools import lru_cache

GENERAL = frozenset(
    # Of anything.
    "i im ive id ill ok okay yes no mr mrs ms dr prof am pm today tomorrow yesterday the a an and or but true false "
    "none null n/a na tv pdf gps url api faq iso html csv json wifi wi-fi internet web sms qr ceo cto diy eta asap "
    "fyi btw ps nb tba tbd aka vat gdp ai it "
    # Zones of time, scales, directions.
    "utc gmt z cet cest bst ist jst est edt cst cdt mst mdt pst pdt eet eest wet west aest aedt msk standard daylight "
    "celsius fahrenheit kelvin earth n e s w ne nw se sw nne ene ese sse ssw wsw wnw nnw north south east west "
    "northern southern eastern western northeast northwest southeast southwest hemisphere equator roman "
    # Written large for weight.
    "not never only must always all very important note warning tip do dont".split()
)
LABEL = frozenset(
    "about additional address age airport amount answer answers area arrival at author available average bearing "
    "between book by calculation capital category change city code codes comparison conclusion conversion converted "
    "coordinates cost costs count country currency current data date dates day days departure description destination "
    "details difference direction distance duration elevation email end estimate event events exchange facts fee fees "
    "field figure figures final first flight for found from full general height here holiday holidays hour hours id "
    "in information input item items key language languages last latitude length level list local location longest "
    "longitude main maximum mean median method minimum minute minutes moment month monthly more name names nearest "
    "net new next number numbers of official on opening option options order origin original other out overview part "
    "percent percentage period phone place places point points population position price prices public quantity "
    "question questions range rank rate rates rating reason recommendation reference region remaining report request "
    "result results route row schedule score second section service share shortest size source speed start state "
    "status step steps subtotal sum summary sunrise sunset table tax temperature term terms text the third time times "
    "timezone title to top total totals travel trip type unit units update used value values version via visit "
    "weather week weekday weight with word words working year yearly years your zone".split()
)
#: Abbreviated in a record, written out in a response, or the other way round.
_SHORT = [
    line.split()
    for line in (
        "street st",
        "saint st",
        "road rd",
        "avenue ave av",
        "boulevard blvd",
        "square sq",
        "mount mt",
        "fort ft",
        "lane ln",
        "drive dr",
        "highway hwy",
        "apartment apt",
        "building bldg",
        "department dept",
        "university univ",
        "international intl",
        "company co",
        "corporation corp",
        "limited ltd",
        "incorporated inc",
        "doctor dr",
        "professor prof",
        "junior jr",
        "senior sr",
        "euro euros eur",
        "dollar dollars usd",
        "yen jpy",
        "pound pounds gbp sterling",
        "franc francs chf",
    )
]
#: What does not begin like its country, or is no form of its word.
_PEOPLES = [
    line.split()
    for line in (
        "france french",
        "netherlands holland dutch",
        "denmark danish danes",
        "switzerland swiss",
        "britain british uk gb",
        "kingdom british uk",
        "england english",
        "spain spanish spaniards",
        "poland polish poles",
        "sweden swedish swedes",
        "finland finnish finns",
        "turkey turkish turks turkiye",
        "ireland irish",
        "scotland scottish scots",
        "wales welsh",
        "greece greek greeks",
        "thailand thai",
        "czechia czech czechs",
        "slovakia slovak slovaks",
        "philippines filipino filipinos philippine",
        "usa america american americans states",
        "states american americans",
        "china chinese",
        "portugal portuguese",
        "norway norwegian norwegians",
        "iceland icelandic",
        "peru peruvian",
        "japan japanese",
        "vietnam vietnamese",
        "malta maltese",
        "lebanon lebanese",
        "iraq iraqi",
        "israel israeli",
        "pakistan pakistani",
        "emirates emirati uae",
        "saudi saudis arabian",
        "cyprus cypriot",
        "luxembourg luxembourgish",
        "canada canadian canadians",
        "argentina argentine argentinian",
        "egypt egyptian",
        "morocco moroccan",
        "cuba cuban",
        "kenya kenyan",
        "germany german deutschland",
        "belgium belgian",
        "europe european europeans eu",
        "union eu",
        "nations un",
    )
]


@lru_cache(maxsize=1)
def _others() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in (*_SHORT, *_PEOPLES):
        for word in line:
            found.setdefault(word, set()).update(line)
    return {word: frozenset(line) for word, line in found.items()}


def same_name(word: str, words: Iterable[str]) -> bool:
    """Say whether the words hold another form of the folded word."""
    return not _others().get(word, frozenset()).isdisjoint(words)


@lru_cache(maxsize=4096)
def named_by_code(code: str) -> str:
    """Return, in lower case, the countries, languages and currencies that the code stands for; else ""."""
    # Here: most records need none of it.
    from tool_registry.toolkits.cldr import locale_of

    place, _, rest = code.replace("_", "-").partition("-")
    with locale_of("en") as english:
        names = [
            english.territories.get(code.upper() if len(code) == 2 else ""),
            english.territories.get(rest.upper() if len(rest) == 2 else ""),
            english.languages.get(place.lower() if len(place) in (2, 3) else ""),
            english.currencies.get(code if code.isupper() and len(code) == 3 else ""),
        ]
    return " ".join(name for name in names if name).casefold()
