"""The audit's questions: fixed, so that audits of different runs can be compared."""

#: By the name that a review's `answers` have, what is asked. "yes" is always the good answer.
QUESTIONS = {
    "would_send": "Would a person send it?",
    "chain_answers": "Do the calls answer it?",
    "arguments_right": "Is each argument right?",
    "response_right": "Is the response right and complete?",
    "nothing_made_up": "Is nothing revealed or made up?",
}
