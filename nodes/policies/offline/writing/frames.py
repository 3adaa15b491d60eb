"""Turns of speech that belong to no tool: how requests open, join and end."""

#: Around a clause or noun phrase: "what time it is", "the distance between A and B".
CLAUSE_FRAMES = (
    "Could you tell me {}?",
    "Can you find out {}?",
    "Could you work out {} for me?",
    "Can you tell me {}, please?",
    "Would you mind checking {}?",
    "Do you happen to know {}?",
    "Any chance you can tell me {}?",
    "Would you be able to find out {}?",
    "Mind looking up {} for me?",
    "I'd like to know {}.",
    "I need to know {}.",
    "I need to find out {}.",
    "I'm trying to find out {}.",
    "I'm trying to figure out {}.",
    "I want to find out {}.",
    "I was hoping to learn {}.",
    "I'm after some help working out {}.",
    "Please tell me {}.",
    "Please find out {}.",
    "Please check {} for me.",
    "Tell me {}.",
    "Let me know {}.",
    "Help me work out {}.",
    "It would help to know {}.",
    "I'm curious to know {}.",
    "I still have to check {}.",
    "I've been asked to find out {}.",
    "Somebody asked me {}, can you look it up?",
)

#: For a clause that goes on from the one before it.
CLAUSE_FRAMES_ON = (
    "I'd also like to know {}.",
    "I also need to know {}.",
    "Please also tell me {}.",
    "Could you also check {}?",
    "Then tell me {}.",
    "Then I need to know {}.",
    "And could you find out {}?",
    "From there, work out {}.",
    "After that, tell me {}.",
    "With that in hand, find out {}.",
    "Besides that, I'm wondering if you can tell me {}.",
    "It would be good to know {} as well.",
    "While you're at it, tell me {}.",
    "Last but not least, let me know {}.",
    "On top of that, check {}.",
    "Can you tell me {} too?",
)

#: For a clause that changes the subject.
CLAUSE_FRAMES_NEW = (
    "Separately, I need to know {}.",
    "One more thing: could you tell me {}?",
    "On another note, please find out {}.",
    "There's something else: I'd like to know {}.",
    "For a different errand, tell me {}.",
    "Completely separate question: can you find out {}?",
    "And for something unrelated, let me know {}.",
    "Apart from that, please check {}.",
    "Oh, and I also have to find out {}.",
    "In addition, could you look into {}?",
)

#: Around a request in the imperative, for tools without phrases.
REQUEST_FRAMES = (
    "Please {}.",
    "Can you {}?",
    "Could you {}?",
    "I'd like you to {}.",
    "I need you to {}.",
    "Would you {}?",
)

QUESTION_LEADS_ON = ("And", "Also,", "Then,", "And then,", "So,", "Besides,", "Plus,", "Also:")
QUESTION_LEADS_NEW = (
    "Separately,",
    "One more question:",
    "On another note:",
    "Something else:",
    "Different topic:",
    "Unrelated, but",
    "Besides that,",
    "And on a side note,",
)
REQUEST_LEADS_ON = ("Then", "After that,", "Also,", "Next,", "From there,", "And", "With that,", "Now")
REQUEST_LEADS_NEW = (
    "Separately,",
    "One more thing:",
    "On another note,",
    "Unrelated to that,",
    "Apart from that,",
    "Next job:",
    "And as a separate matter,",
)

GREETINGS = (
    "Hi!",
    "Hello!",
    "Hey!",
    "Hi there!",
    "A quick one.",
    "Hi, just a quick one.",
    "Good morning.",
    "Good evening.",
    "Hello there.",
    "I have a small favour to ask.",
    "I could use a hand.",
    "Hey, just a quick thing.",
)
CLOSINGS = (
    "Thanks!",
    "Thank you.",
    "Thanks in advance.",
    "Cheers!",
    "No rush.",
    "That would help a lot.",
    "I'd really appreciate it.",
    "A short answer is fine.",
    "Many thanks!",
    "That's all for now.",
)
JOINTS = (" and ", ", and also ", ", and ", " as well as ", ", plus ", " along with ")
