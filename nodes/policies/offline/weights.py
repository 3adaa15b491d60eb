"""What proposing and critiquing weigh with: each number with its reason. Those of one table compare, and no others."""

# How well a value fits a parameter, 0 to 1

#: One kind, called alike: a price for a price.
STRONG = 1.0
#: One kind, called otherwise: a price for a wage.
SAME_KIND = 0.75
#: No kind, called alike: most users' tools have names and no formats.
FAIR = 0.7
#: Type alone, for a parameter that takes anything of its type.
WEAK = 0.35
#: Off for a name where the thing has a login too: it is asked for by that.
ONLY_A_NAME = 0.1
#: Below this a value is not put in: two of four words in common are just enough.
MATCH_MIN = 0.3

# Which of the values that fit a parameter, added to the fit

#: Chance, so that samples do not all take the first.
FIT_CHANCE = 0.2
#: Off for each item before it in its list: people ask for the first, and most for the best.
LATER_ITEM = 0.3
#: The gradient names the value.
WANTED_VALUE = 1.0
#: The gradient names its result without saying where.
WANTED_RESULT = 0.3

# How often an argument is given, and from where

#: An optional argument is left out though a result fits it: a place's times are asked for in its zone or in none.
OPTIONAL_LEFT_OUT = 0.5
#: An optional argument is made up.
OPTIONAL_GIVEN = 0.3
#: One that is a switch or has a default: people seldom know that it exists.
OPTIONAL_HIDDEN_GIVEN = 0.08
#: A whole example of the tool's author, where there are many: its arguments go together.
WHOLE_EXAMPLE = 0.35
#: What the person has said before of that kind is said again: one concern has one date.
SAID_AGAIN = 0.85
#: What the sample's ingredients have is taken where it fits, mostly.
INGREDIENT = 0.8
#: A number between the examples rather than one of them, which samples would repeat.
BETWEEN_EXAMPLES = 0.6

# How promising a call is; a random number from 0 to 1 is added

#: Times the square of the fit: a strong match outweighs two fair ones.
FIT = 3.5
#: Off for each time the chain has called the tool: variety.
CALLED_BEFORE = 1.5
#: Off for a result of a result of a result: hard to say, and seldom wanted.
DEEP = 1.0
#: Off for putting a result into the tool that it came out of.
INTO_ITSELF = 3.5
#: Off where only a date or a moment leads to a tool about something else.
UNRELATED = 1.5
#: Off for a tool that takes just what the one before took: tax on, and tax off again.
TAKES_THE_SAME = 2.5
#: An opening that tools of the batch can go on from,
OPENING = 0.8
#: and a little more for each of them: a choice, not a rule.
OPENING_EACH = 0.05
#: It uses what the gradient names.
WANTED = 1.5
#: Off for a tool that the gradient says to avoid: more than anything else adds.
AVOIDED_TOOL = 6.0
#: The gradient says to try the tool.
TRIED_TOOL = 1.5
#: The gradient says to try, or to avoid, the tool's domain: a hint, weaker than one about the tool.
DOMAIN = 0.6
#: A read that shows what a write has done, as people want to see it.
SHOWS_A_WRITE = 2.0
#: For each value that the person has said already.
VALUE_SAID = 0.3
#: Off for coordinates that the person would have to type.
BARE_COORDINATES = 0.8

# How much a call that worked adds to the chain

#: Any that tells something new.
WORKED = 1.0
#: It uses a result, or shows what a write has done: longer chains are the aim.
GOES_ON = 2.0
#: Off for each time the chain has called the tool: variety.
REPEATED = 0.4
#: Off for a result that was cut: what it lacks cannot be asked for.
TRUNCATED = 0.5
