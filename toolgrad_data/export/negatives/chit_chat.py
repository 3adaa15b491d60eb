"""`chit_chat`: what people say to an assistant without wanting anything looked up, and what it says then.

A small grammar: a topic has things to say, each with its own replies, and slots that both share. A query is an opener,
the thing said and sometimes an afterthought, so that there are tens of thousands of them.
"""

import random
import re
from collections.abc import Sequence
from typing import NamedTuple

from nodes.policies.offline.writing.grammar import upper_first

_SLOTS: dict[str, Sequence[str]] = {
    "name": "Ana Ben Dario Elif Femi Grace Hana Ivan Jonas Kavya Lena Mateo Nadia Omar Petra Quinn Rosa Sam Tomas "
    "Uma Viktor Wen Yara Zoe".split(),
    "day": ("morning", "afternoon", "evening", "week", "Monday", "Friday", "weekend"),
    "hobby": (
        "knitting", "bouldering", "baking bread", "playing the cello", "gardening", "birdwatching",
        "pottery", "running",
        "chess", "sketching", "juggling", "model trains", "sourdough", "salsa dancing", "calligraphy", "swimming",
    ),
    "event": (
        "a job interview", "a driving test", "my first talk", "an exam", "a first date", "a half marathon",
        "a big move",
        "a piano recital", "a difficult conversation", "my thesis defence", "a family reunion", "my first day at work",
    ),
    "pet": ("cat", "dog", "rabbit", "parrot", "tortoise", "hamster", "goldfish", "guinea pig"),
    "mischief": (
        "ate my sandwich", "hid under the sofa all day", "knocked over a vase", "stole a sock", "woke me up at five",
        "fell asleep on my keyboard", "refuses to come inside", "made friends with the postman",
    ),
    "food": (
        "dumplings", "lasagne", "ramen", "pancakes", "curry", "paella", "tacos", "mushroom risotto", "fresh bread",
        "apple pie", "couscous", "pierogi",
    ),
    "trait": ("patient", "quick", "polite", "cheerful", "clear", "thorough", "calm", "helpful"),
    "feeling": ("tired", "nervous", "overwhelmed", "a bit lonely", "restless", "stuck", "grumpy", "distracted"),
    "joke": (
        "I'd tell you one about a broken pencil, but it's pointless",
        "why did the scarecrow get a prize? It was outstanding in its field",
        "what do you call a fish without eyes? A fsh",
        "I told my suitcase there was no holiday this year, and now I'm dealing with emotional baggage",
        "parallel lines have so much in common; a pity that they'll never meet",
        "what did the ocean say to the beach? Nothing, it just waved",
        "why don't skeletons fight each other? They don't have the guts",
        "I would tell you a joke about paper, but it's tearable",
    ),
    "thing": (
        "reading on paper or on a screen", "tea or coffee", "mornings or evenings", "mountains or the sea",
        "cats or dogs", "cooking or being cooked for", "small talk or silence", "trains or bicycles",
        "city life or village life", "autumn or spring",
    ),
    "season": ("spring", "summer", "autumn", "winter"),
}  # fmt: skip

#: Things said, and what may be answered. In both, `{slot}` is the same value.
_TOPICS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        ("how are you this {day}?", "how's it going?", "how is your {day} so far?", "are you well?",
        "all good with you?"),
        (
            "I'm doing well, thank you. How about you?",
            "All good on my side, thanks for asking. How are things with you?",
            "Quite well, thank you! What's on your mind today?",
            "I don't have days like people do, but I'm ready and happy to chat. And you?",
            "Can't complain, thanks. How has your day been?",
        ),
    ),
    (
        ("I'm {name}, nice to meet you.", "my name is {name}.", "you can call me {name}.",
        "{name} here, just saying hello."),
        (
            "Nice to meet you, {name}!",
            "Hello {name}, good to have you here.",
            "Welcome, {name}! What would you like to talk about?",
            "A pleasure, {name}. I'm here whenever you need something.",
            "Lovely to meet you too, {name}.",
        ),
    ),
    (
        (
            "thank you, that was really {trait} of you.",
            "you've been so {trait} today.",
            "I just wanted to say that you are very {trait}.",
            "thanks for being so {trait}.",
            "my colleague {name} says you're {trait} as well.",
        ),
        (
            "Thank you, that's kind of you to say!",
            "I'm glad to hear that. It was my pleasure.",
            "You're very welcome. {trait_up} is what I aim for.",
            "That's nice to hear, thank you.",
            "Thanks! Come back any time.",
        ),
    ),
    (
        (
            "I have {event} tomorrow and I'm {feeling}.",
            "{event} is coming up and I feel {feeling}.",
            "wish me luck, I have {event} soon.",
            "I can't sleep because of {event}.",
            "tomorrow is the day: {event}!",
        ),
        (
            "That's understandable before something like {event}. I'm keeping my fingers crossed for you!",
            "Good luck! Take a deep breath; you have prepared for this.",
            "I hope it goes well. Being a little nervous usually means that you care.",
            "Best of luck! Try to get some rest before it, and be kind to yourself.",
            "You've got this. Tell me afterwards how it went, if you like.",
        ),
    ),
    (
        (
            "I've just taken up {hobby}.",
            "I spent the whole {day} {hobby_ing}.",
            "what do you think of {hobby} as a hobby?",
            "{name} talked me into {hobby}.",
            "I can't stop thinking about {hobby}.",
        ),
        (
            "{hobby_up} sounds like a lovely way to spend time. What do you enjoy most about it?",
            "How nice! Many people find {hobby} relaxing. Are you enjoying it?",
            "That's great. Everybody needs something like {hobby} now and then.",
            "Good choice! Take it slowly at the start and have fun with it.",
            "I can't try {hobby} myself, but I like hearing about it. How is it going?",
        ),
    ),
    (
        (
            "my {pet} {mischief}.",
            "guess what: my {pet} {mischief}!",
            "{name}'s {pet} {mischief} this {day}.",
            "our {pet} {mischief} again.",
            "I swear, the {pet} {mischief} on purpose.",
        ),
        (
            "Oh dear! That does sound like a {pet} with character.",
            "Ha, never a dull moment with a {pet}.",
            "I hope you could laugh about it. What happened next?",
            "Somebody clearly runs the household, and it may be the {pet}.",
            "That made me smile. Give the {pet} a friendly pat from me.",
        ),
    ),
    (
        (
            "I'm making {food} tonight.",
            "I could eat {food} every single day.",
            "{name} makes the best {food} ever.",
            "do you like {food}?",
            "all I want right now is {food}.",
        ),
        (
            "I don't eat, but {food} does sound delicious. Enjoy!",
            "Lovely! I hope the {food} turns out well.",
            "A good choice. Who gets to share the {food} with you?",
            "{food_up} it is, then. Enjoy your meal!",
            "I'll have to take your word for it, but people do love {food}.",
        ),
    ),
    (
        (
            "tell me a joke.",
            "I need a laugh, I'm feeling {feeling}.",
            "make me smile, please.",
            "can you cheer me up a little? I'm {feeling}.",
            "{name} says you know good jokes.",
        ),
        (
            "Here's one: {joke}.",
            "Let me try: {joke}.",
            "All right: {joke}. I'll show myself out.",
            "Gladly: {joke}.",
            "This one always makes me smile: {joke}.",
        ),
    ),
    (
        (
            "which do you prefer, {thing}?",
            "{thing}: what's your pick?",
            "settle a debate between {name} and me: {thing}?",
            "if you had to choose, {thing}?",
            "I can never decide: {thing}?",
        ),
        (
            "I have no preferences of my own, but I can see the charm of both. What about you?",
            "That's a tough one! It depends on the mood, I'd say. Which one is it for you?",
            "I'd better stay neutral there. Which side are you on?",
            "As a program I've tried neither, so I'll trust your judgement.",
            "Both have their fans, and I wouldn't want to take sides. What made you think of it?",
        ),
    ),
    (
        (
            "I've been {feeling} all {day}.",
            "it's one of those days, I'm just {feeling}.",
            "why am I always so {feeling}?",
            "I feel {feeling} and I don't know why.",
            "sorry if I sound {feeling}.",
        ),
        (
            "I'm sorry to hear that. Do you want to talk about it?",
            "That sounds hard. Be gentle with yourself; a short break can do wonders.",
            "Days like that happen to everybody. I'm here if you'd like to share more.",
            "No need to apologise. Is there something in particular that makes you feel {feeling}?",
            "Feeling {feeling} now and then is human. I hope the rest of the day is kinder to you.",
        ),
    ),
    (
        (
            "are you a robot or a person?",
            "do you ever get bored?",
            "do you dream at night?",
            "are you there, or is it {name} typing?",
            "do you have a favourite {season} memory?",
            "what are you, exactly?",
        ),
        (
            "I'm an AI assistant, so no, not in the way people are. But I enjoy a good question!",
            "I'm a program: I have no feelings or memories of my own, but I'm glad to talk.",
            "Just an AI assistant here, and happy to keep you company.",
            "I'm software, so things like that pass me by. What made you curious?",
            "No person here, only an AI that likes to be useful.",
        ),
    ),
    (
        (
            "I love {season}.",
            "I can't wait for {season}.",
            "{season} is my least favourite time of the year.",
            "{name} hates {season}, can you imagine?",
            "nothing beats {season}, does it?",
        ),
        (
            "{season_up} has its own mood, that's true. What do you associate with it?",
            "I can imagine! Is there something you always do in {season}?",
            "Everybody feels differently about {season}, and that's fine.",
            "There's something to be said for every season, {season} included.",
            "That's a feeling that many people share about {season}.",
        ),
    ),
    (
        (
            "that's all from me, bye!",
            "I'm off now, have a nice {day}.",
            "I'm going to bed now, good night!",
            "see you, and say hi to {name}.",
            "talk to you later.",
            "I have to go and feed the {pet}.",
        ),
        (
            "Goodbye, and take care!",
            "See you soon, and all the best!",
            "Until next time!",
            "Bye for now. It was nice talking to you.",
            "Take care, and come back whenever you like.",
        ),
    ),
    (
        (
            "never mind, I found it myself.",
            "forget it, {name} already helped me.",
            "I was only testing whether you answer.",
            "no question today, I just had some {food} and felt like chatting.",
            "I don't need anything right now, I'm just {feeling}.",
            "I've sorted it out while {hobby_ing}, so no need to do anything.",
        ),
        (
            "No problem at all. I'm here if something comes up.",
            "That's fine! Let me know when there is something to do.",
            "Good to hear. You know where to find me.",
            "All right, nothing to do for me then. Have a good one!",
            "Happy to just be here. Take your time.",
        ),
    ),
    (
        (
            "I passed {event_bare}!",
            "we're celebrating: {name} has survived {event}!",
            "guess who just got through {event}?",
            "{event} went so well!",
            "I finally did it: {event} is behind me.",
        ),
        (
            "Congratulations! You can be proud.",
            "That's wonderful news, well done!",
            "Fantastic! How are you going to celebrate?",
            "Hooray! All the effort paid off.",
            "I'm happy for you. Enjoy the moment!",
        ),
    ),
)  # fmt: skip

_OPENERS = (
    "", "", "", "Hi! ", "Hello, ", "Hey, ", "Hi there, ", "Good morning! ", "Good evening! ", "Hey you, ",
    "So, ", "Well, ",
    "Hello again! ", "Ah, ", "By the way, ", "Hiya, ", "Greetings! ", "Knock knock. ", "Oh hi, ",
)  # fmt: skip
_AFTERTHOUGHTS = (
    "", "", "", "", " :)", " Anyway.", " Just thought I'd share.", " Haha.", " What a {day}!",
    " No need to look anything up.",
    " {name} would laugh.", " That's all.", " Don't mind me.", " Funny, isn't it?",
)  # fmt: skip
_TRIES = 200


class Chat(NamedTuple):
    """What is said, what is answered, and the answer's wording without its values."""

    query: str
    reply: str
    skeleton: str


class ChitChat:
    """Draws small talk; none of it twice as long as the grammar has more."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def draw(self, rng: random.Random) -> Chat:
        """Return a query that was not drawn before, and its reply."""
        for _ in range(_TRIES):
            chat = _draw(rng)
            if chat.query.casefold() not in self._said:
                break
        self._said.add(chat.query.casefold())
        return chat


def _draw(rng: random.Random) -> Chat:
    said, replies = rng.choice(_TOPICS)
    values = {name: rng.choice(options) for name, options in _SLOTS.items()}
    opener, body, after = rng.choice(_OPENERS), rng.choice(said), rng.choice(_AFTERTHOUGHTS)
    query = _fill(body, values)
    joined = opener + (query if opener.endswith(", ") else upper_first(query))
    reply = rng.choice(replies)
    return Chat(
        upper_first((joined + _fill(after, values)).strip()),
        upper_first(_fill(reply, values)),
        re.sub(r"\{\w+\}", "…", reply),
    )


def _fill(template: str, values: dict[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name, _, form = found[1].partition("_")
        text = values[name]
        if form == "up":
            return upper_first(text)
        if form == "ing":
            return text if re.match(r"\w+ing\b", text) else f"on {text}"
        return re.sub(r"^(?:an?|my) ", "my ", text) if form == "bare" else text

    return re.sub(r"\{(\w+)\}", value, template)
