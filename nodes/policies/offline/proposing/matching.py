"""How well a value of the chain fits a parameter: by kind, by thing, by words, by type alone."""

from typing import Any

from nodes.policies.offline import weights
from nodes.policies.offline.reading.offers import Offer
from nodes.policies.offline.reading.parameters import Parameter
from tool_registry.drawing.things import agrees
from tool_registry.drawing.value_kinds import NOTATIONS
from tool_registry.drawing.value_words import words_of

#: Parameters that are made to take anything of their type.
_OPEN_WORDS = set(
    "a b c x y z n m k s t value values number numbers text string word sentence input data base amount left right "
    "first second operand".split()
)
_CALCULABLE_MAX = 1_000_000


def match(offer: Offer, parameter: Parameter) -> float:
    """Return how well the offer fits the parameter, 0 to 1: by kind, else by words, else by type alone."""
    if not _type_fits(offer.value, parameter.types) or (parameter.choices and offer.value not in parameter.choices):
        return 0.0
    both, same = bool(parameter.format and offer.format), parameter.format == offer.format
    if both and (not same or parameter.format not in NOTATIONS):
        score = _match_kinds(offer, parameter) if same else 0.0
    elif (agreed := _match_things(offer, parameter)) is not None:
        score = (weights.STRONG if both else weights.FAIR) if agreed else 0.0
        if score and not parameter.identity.keys and offer.identity and offer.identity.keys == {"name"}:
            score -= weights.ONLY_A_NAME  # who has a login as well is asked for by that
    else:
        score = _match_kinds(offer, parameter) if both else _match_words(offer, parameter)
    if not score or not parameter.is_usual(offer.value) or not parameter.has_name_for(offer.value):
        return 0.0
    return score if parameter.is_valid(offer.value) else 0.0


def _match_kinds(offer: Offer, parameter: Parameter) -> float:
    """Return the match of two values of one kind: full when words agree too (a price with a price, not a wage)."""
    if parameter.words & (offer.words | words_of(str(offer.format))):
        return weights.STRONG
    return 0.0 if offer.format in NOTATIONS else weights.SAME_KIND


def _match_things(offer: Offer, parameter: Parameter) -> bool | None:
    """Tell whether what identifies something does so for what the parameter asks for; None where neither identifies."""
    offered, taken = offer.identity, parameter.identity
    if parameter.choices:
        return None  # the few values that there are say enough
    if offered is None:
        # What has a name and no identity stands in a text or in a result that nothing describes.
        return False if taken.keys and offer.words and not parameter.found & offer.words else None
    if not offered.keys and not taken.keys and offer.words:
        return None
    return agrees(offered, taken, offer.value)


def _match_words(offer: Offer, parameter: Parameter) -> float:
    """Return the match of two values that do not both tell their kind.

    Sharing a word is not enough: "exchange rate" is no "tax rate", and miles are no kilometres. Where one side
    tells its kind and the other does not, they have to be called exactly alike.
    """
    if parameter.found & offer.words and not offer.format and not parameter.format:
        return weights.FAIR
    common = parameter.words & offer.words
    if common:
        overlap = len(common) / max(len(parameter.words), len(offer.words))
        needed = 1.0 if parameter.format or offer.format else 0.5
        return weights.FAIR * overlap if overlap >= needed else 0.0
    name = parameter.name.lower()
    is_open = name in _OPEN_WORDS or name.rstrip("0123456789") in _OPEN_WORDS
    # A number of many digits is a code or a checksum rather than something to go on calculating with.
    is_code = isinstance(offer.value, int | float) and abs(offer.value) > _CALCULABLE_MAX
    return weights.WEAK if is_open and not parameter.format and not offer.words and not is_code else 0.0


def _type_fits(value: Any, types: frozenset[str]) -> bool:
    if not types:
        return True
    if isinstance(value, str):
        return "string" in types
    return bool(types & {"number", "integer"}) if not isinstance(value, float) else "number" in types
