"""Does the response say that something was done which no step did?

A claim is the first person with a deed in the past or perfect ("I have emailed Anna the file", "… and booked a
table"), or a deed done to what is the user's ("Your table has been booked"). A deed has an effect outside of the talk:
finding out, reckoning, and listing or ordering the answer are none. Words that may mean either ("I added", "I
created") count with a thing that is outside ("to your calendar", "a ticket"). A step did it when its tool may change
something, and the tool, the arguments or the result speak of such a deed; of what was done to the user's any step may
tell that it was.
"""

import re
from collections.abc import Iterator
from typing import Any

from graph.record import Record, Step
from nodes.proofs.polarity import stems, words
from nodes.proofs.requests import sentences
from nodes.proofs.schemas import specs_of
from nodes.proofs.spec_words import spec_texts
from tool_registry.json_pointer import scalars
from tool_registry.permissions import effective
from tool_registry.spec import ToolSpec


def _spoken(text: str) -> frozenset[str]:
    """Return the stems and, for "set" and "put" count here, the words."""
    return stems(text).union(word for word in words(text) if len(word) > 2)


#: By kind, what is said to be done; after the bar, what a tool that does it may speak of.
_KINDS = (
    "sent emailed e-mailed mailed messaged texted forwarded notified replied | send email e-mail mail message text "
    "forward notify notification alert reply sms outbox slack chat post",
    "booked reserved | book reserve reservation table seat",
    "bought purchased ordered | buy purchase order cart checkout shop",
    "paid transferred refunded donated | pay payment transfer refund donate donation charge transaction",
    "scheduled rescheduled | schedule reschedule calendar event meeting appointment",
    "reminded | remind reminder",
    "cancelled canceled | cancel cancellation revoke delete",
    "deleted erased removed | delete erase remove drop clear rm purge",
    "saved archived exported downloaded backed_up | save store write file archive export download backup persist put "
    "create upload note insert add",
    "uploaded attached imported | upload attach attachment import push put write add",
    "posted published tweeted shared | post publish tweet share comment message status push send",
    "printed | print",
    "installed deployed | install deploy release",
    "subscribed unsubscribed signed_up enrolled registered | subscribe unsubscribe subscription sign signup enrol "
    "enroll register registration account user member",
    "invited | invite invitation attendee participant member",
    "submitted filed | submit file form ticket issue report claim",
    "shipped delivered dispatched | ship shipment deliver delivery dispatch",
    "locked unlocked | lock unlock",
    "committed merged pushed | commit merge push",
    "phoned | call phone dial ring",
    "switched_on switched_off turned_on turned_off turned_up turned_down | switch turn set light heating device on off "
    "toggle brightness level",
    "created made opened set_up set | create make open new set add insert register write put start schedule book "
    "update",
    "added put logged recorded | add put insert append create write log record update set save store note",
    "updated changed modified edited renamed replaced | update change modify edit rename replace set write put patch",
    "moved copied | move copy rename transfer",
    "started stopped paused played | start stop pause play run launch resume set",
)
#: The answer itself is made, ordered and added up as well: of these the thing decides.
_AMBIGUOUS = frozenset(
    "ordered transferred removed shared filed created made opened set_up set added put logged recorded updated "
    "changed modified edited renamed replaced moved copied started stopped paused played".split()
)
_THING = re.compile(
    r"\b(?:calendar|reminders?|alarms?|timers?|events?|appointments?|meetings?|reservations?|bookings?|tickets?|e-?mails?|"
    r"messages?|accounts?|profile|playlist|folders?|files?|spreadsheet|database|cart|basket|contacts?|invitations?|money|"
    r"thermostat|heating|lights?|repository|branch|pull request|tasks?|to-?do|shopping list|subscription|payment|"
    r"server|password|settings|backup|documents?|pdf|disk|drive|notebook|pizzas?|taxi|flowers|books?|music|song|usd|eur|phone|"
    r"dollars|euros|team|colleagues?)\b|[$€£]",
    re.IGNORECASE,
)
_OF_THE_ANSWER = re.compile(
    r"\b(?:below|above|here|(?:this|the|my) (?:answer|reply|response|calculation)|you (?:some )?(?:time|the trouble)|"
    r"attention|alphabetically|order of)\b|\b(?:it|them|results?|list|files?|events?|tasks?|rows?|items?|entries) by\b",
    re.IGNORECASE,
)
_KIND_OF = {
    word.replace("_", " "): number for number, kind in enumerate(_KINDS) for word in kind.partition(" | ")[0].split()
}
_SPEAKS_OF = tuple(_spoken(kind) for kind in _KINDS)
_DEED = "(?P<deed>" + "|".join(sorted(_KIND_OF, key=len, reverse=True)) + r")\b"
_ADVERB = r"(?:(?:also|just|already|now|then|successfully|gone ahead and|went ahead and|therefore|finally) )*"
_I = r"\b(?:I|we)(?:['’]ve| have)? "
_CLAIM = re.compile(rf"(?<!\bif )(?<!when )(?<!\bhad ){_I}{_ADVERB}{_DEED}", re.IGNORECASE)
_OTHERS = r"\b(?:was|were|is|are|been|be|that|which|who|you)\b"
_GOES_ON = re.compile(
    rf"{_I}{_ADVERB}\w+(?:ed|t|nd|de) (?:(?!{_OTHERS})[^;:.]){{0,160}}?(?<!ed),?(?: and| then|,) {_ADVERB}{_DEED}",
    re.IGNORECASE,
)
_YOURS = re.compile(
    rf"\byour (?:[\w'’-]+ ){{1,4}}(?:has|have) (?:now |just |already |also )*been {_ADVERB}{_DEED}", re.IGNORECASE
)
_CLAIMS = (_YOURS, _GOES_ON, _CLAIM)
_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”")
_REST = re.compile(r"[^;!?\n]{0,100}")
_SCALARS_MAX = 500
_TEXT_MAX = 200


def unfounded_claims(response: str, record: Record) -> Iterator[str]:
    """Yield what the response says was done, as far as no step of the record did it."""
    claims = list(_claims(response))
    if not claims:
        return
    specs = specs_of(record)
    steps = [step for turn in record.turns for step in turn.steps]
    doing = frozenset().union(*(_words(step, specs.get(step.tool)) for step in steps if _may_do(specs.get(step.tool))))
    told = frozenset().union(*(_words(step, None) for step in steps))
    for text, kind, yours in claims:
        if not _SPEAKS_OF[kind] & (doing | told if yours else doing):
            yield text


def _claims(response: str) -> Iterator[tuple[str, int, bool]]:
    """Yield (words, kind of deed, whether it was done to what is the user's)."""
    for sentence in sentences(_QUOTED.sub(" ", response)):
        found = {match.start("deed"): match for pattern in _CLAIMS for match in pattern.finditer(sentence)}
        for _, match in sorted(found.items()):
            deed, yours = match["deed"].lower(), match.re is _YOURS
            rest = _REST.match(sentence, match.end())
            if yours or not _is_of_the_answer(deed, rest.group() if rest else ""):
                yield " ".join(match.group().split())[-80:], _KIND_OF[deed], yours


def _is_of_the_answer(deed: str, about: str) -> bool:
    if _OF_THE_ANSWER.search(about):
        return True
    return deed.replace(" ", "_") in _AMBIGUOUS and not _THING.search(about)


def _may_do(spec: ToolSpec | None) -> bool:
    return spec is not None and effective(spec).read_only is not True


def _words(step: Step, spec: ToolSpec | None) -> frozenset[str]:
    texts: list[Any] = [step.tool.replace("-", " ")]
    if spec is not None:
        texts += [spec.original_name or "", *spec_texts(spec)]
    for document in (step.arguments, step.result):
        for (pointer, value), _ in zip(scalars(document), range(_SCALARS_MAX), strict=False):
            texts += [pointer.replace("/", " "), value if isinstance(value, str) else ""]
    return frozenset().union(*(_spoken(text[:_TEXT_MAX]) for text in texts))
