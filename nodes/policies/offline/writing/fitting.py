"""Arguments put where they belong in a description: "a given city" becomes "Lisbon", "k items" "3 items"."""

import re

from nodes.policies.offline.writing.fill import enumerate_words
from nodes.policies.offline.writing.grammar import with_article
from nodes.policies.offline.writing.spoken_arguments import KEY_OF, SpokenArgument, thing_by_key

_GIVEN = r"(?:(?:given|specified|provided|certain|single|input) )?"
_OWN = r"(?:its|their|his|her|the|an?)"
_NUMBER_WORDS = {2: "two|both|the two", 3: "three", 4: "four", 5: "five"}
#: What a description calls a value that it names by nothing but its type.
_TYPE_NOUNS = {
    "number": "number|integer|value|float",
    "string": "string|text|sentence|word|phrase|message|input",
    "array": r"numeric data|data|values|numbers|list(?: of \w+)?|sequence|array",
}
#: What a path is called as a parameter.
PATH_NAMES = re.compile(r"path|file ?(?:path|name)|folder|directory")
#: What a description calls what a parameter takes by another name.
_SAME_THING = (
    (
        PATH_NAMES,
        r"(?:file or directory|directory or file|file|directory|folder)",
    ),
    (re.compile(r"revision|rev|sha|hash|ref"), r"commit"),
)
#: Behind "a customer", but not in "a customer group".
_NO_NOUN_FOLLOWS = (
    r"(?= (?:of|by|with|in|for|from|to|on|at|and|or|that|which|who|as|after|before|has|have|had|is|was|can|will)\b"
    r"|[^\w ]|\0|$)"
)
_PLACE = r"(?:place|location|point|spot|position|site)"


def fit_arguments(body: str, arguments: list[SpokenArgument], *, is_told: bool) -> tuple[str, list[str], set[str]]:
    """Return the body with marks for arguments, the words for each mark, and the names of those placed.

    The mark of the words at 0 is "\\0" "0" "\\0". `is_told`: the body is what is to be told, not what is to be done.
    """
    fitting = _Fitting(body, is_told=is_told)
    fitting.place(arguments)
    return fitting.body, fitting.words, fitting.placed


class _Fitting:
    """A body while arguments are put into it; each method that puts one tells whether it found a place."""

    def __init__(self, body: str, *, is_told: bool) -> None:
        self.body, self.is_told = body, is_told
        self.words: list[str] = []
        self.placed: set[str] = set()

    def place(self, arguments: list[SpokenArgument]) -> None:
        """Put each argument where the body speaks of it: together, by its noun or name, by its type."""
        every = [argument for argument in arguments if argument.kind != "flag"]
        self._put_coordinates(every)
        if len(every) > 1:
            # "Multiply a and b."
            names = [argument.name for argument in every]
            together = enumerate_words([argument.spoken for argument in every])
            self._put(rf"\b{re.escape(enumerate_words(names))}\b", together, *names)
        for argument in every:
            if argument.name in self.placed:
                continue
            if argument.noun:
                self._put_by_noun(argument)
            elif argument.name not in "aiAI":
                self._put_by_name(argument)
        for kind, nouns in _TYPE_NOUNS.items():
            self._put_by_type(kind, nouns, self._left(every, kind))
        for argument in self._left(every, "string"):
            if argument.noun:
                # Without an article: "a checksum of data".
                self._put(rf"(?<= of ){re.escape(argument.noun)}\b", argument.spoken, argument.name)

    def _left(self, arguments: list[SpokenArgument], kind: str) -> list[SpokenArgument]:
        return [argument for argument in arguments if argument.kind == kind and argument.name not in self.placed]

    def _put(self, pattern: str, text: str, *names: str) -> bool:
        self.body, count = re.subn(pattern, f"\0{len(self.words)}\0", self.body, count=1, flags=re.IGNORECASE)
        if count:
            self.words.append(text)
            self.placed.update(names)
        return bool(count)

    def _put_named(self, pattern: str, text: str, argument: SpokenArgument) -> bool:
        """Put a value where its noun stands; what is asked for itself keeps the noun: "the license MIT"."""
        is_asked_for = self.is_told and argument.kind == "string"
        first = re.match(pattern, self.body, re.IGNORECASE) if is_asked_for else None
        if first and not text.startswith(("the ", "that ")):
            text = f"the {re.sub('^(?:an?|the one|the|this) ', '', first[0])} {text}"
        return self._put(pattern, text, argument.name)

    def _put_coordinates(self, arguments: list[SpokenArgument]) -> None:
        """Put "that place": nobody says "latitude that latitude and longitude that longitude"."""
        pair = [
            argument
            for argument in arguments
            if argument.found and re.search(r"\b(?:latitude|longitude|lat|lon|lng)\b", argument.noun)
        ]
        if len(pair) == 2 and all(argument.spoken.startswith("that ") for argument in pair):
            names = [argument.name for argument in pair]
            self._put(rf"\b(?:an?|the|this) {_GIVEN}{_PLACE}\b", "that place", *names)

    def _put_by_noun(self, argument: SpokenArgument) -> bool:
        noun = re.escape(argument.noun)
        many = noun if noun.endswith("s") else f"{noun}s"
        if self._put(rf"\ba number of {many}\b", f"{argument.spoken} {argument.noun}", argument.name):
            return True
        if self._put_thing(argument):
            return True
        is_measure = argument.kind == "number" and not re.fullmatch(rf"year|{_TYPE_NOUNS['number']}", argument.noun)
        words = f"{with_article(argument.noun)} of {argument.spoken}" if is_measure else argument.spoken
        own = rf"\b(?:an?|the one|the|this) {_GIVEN}{noun}(?: date| string| text| list)?\b(?! of)"
        if self._put_named(own, words, argument):
            return True
        same = next((words for names, words in _SAME_THING if names.fullmatch(argument.noun)), None)
        if same is None or argument.kind != "string":
            return False
        other = rf"\b(?:an?|the|this) {_GIVEN}{same}\b(?! (?:or|structure|tree))"
        return self._put_named(other, argument.spoken, argument)

    def _put_thing(self, argument: SpokenArgument) -> bool:
        """Put what identifies a thing: "a customer by id" is the customer with the id 3, and "a customer" alone too."""
        key = KEY_OF.fullmatch(argument.noun)
        thing = argument.thing or (key[1] if key else "")
        keys = "|".join(map(re.escape, filter(None, dict.fromkeys((argument.noun, argument.key)))))
        by = rf"{_GIVEN}(?:{_OWN} )?(?:{keys})\b(?! (?:and|or)\b|,)"
        for words_by in (f" (?:by|with) {by}", "") if thing else ():
            whose = rf"\b(?:an?|the one|the|this|one) {_GIVEN}{re.escape(thing)}\b{words_by}{_NO_NOUN_FOLLOWS}"
            if self._put(whose, thing_by_key(argument, thing, by_name=bool(words_by)), argument.name):
                return True
        # "Search accounts by name", which is called the query.
        return self._put(rf"\b(?:by) {by}", _with(argument), argument.name)

    def _put_by_name(self, argument: SpokenArgument) -> bool:
        """Put an argument whose name says nothing: "k items" becomes "3 items", or "that many items"."""
        name, many = re.escape(argument.name), re.sub("^that .*", "that many", argument.spoken)
        # Both, where the body has both: "the first k items of k".
        counted = self._put(rf"\b{name}(?= [a-z]+s\b)", many, argument.name)
        return self._put(rf"\b{name}\b", argument.spoken, argument.name) or counted

    def _put_by_type(self, kind: str, nouns: str, left: list[SpokenArgument]) -> bool:
        """Put values where the body speaks of their type: "two numbers", "a text"."""
        if len(left) == 1:
            article = "(?:an?|the|this) " if kind != "array" else "(?:(?:an?|the|this) )?"
            one = rf"\b{article}{_GIVEN}(?:{nouns})\b(?! (?:of|that|which))"
            return self._put(one, left[0].spoken, left[0].name)
        number = _NUMBER_WORDS.get(len(left))
        if not number:
            return False
        together = enumerate_words([argument.spoken for argument in left])
        every = rf"\b(?:the )?(?:{number}) {_GIVEN}(?:{nouns})s\b"
        return self._put(every, together, *(argument.name for argument in left))


def _with(argument: SpokenArgument) -> str:
    noun = argument.key if argument.key and argument.key not in argument.noun.split() else argument.noun
    return f"with {'' if argument.spoken.startswith(('the ', 'that ')) else f'the {noun} '}{argument.spoken}"
