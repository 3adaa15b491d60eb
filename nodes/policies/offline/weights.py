"""What proposing and critiquing weigh with: each number with its reason. Those of one table compare, and no others."""

# How well a value fits a parameter, 0 to 1

STRONG = 1.0  # One kind, called alike: a price for a price.
SAME_KIND = 0.75  # One kind, called otherwise: a price for a wage.
FAIR = 0.7  # No kind, called alike: most users' tools have names and no formats.
WEAK = 0.35  # Type alone, for a parameter that takes anything of its type.
ONLY_A_NAME = 0.1  # Off for a name where the thing has a login too: it is asked for by that.
MATCH_MIN = 0.3  # Below this a value is not put in: two of four words in common are just enough.

# Which of the values that fit a parameter, added to the fit

FIT_CHANCE = 0.2  # Chance, so that samples do not all take the first.
LATER_ITEM = 0.3  # Off for each item before it in its list: people ask for the first, and most for the best.
WANTED_VALUE = 1.0  # The gradient names the value.
WANTED_RESULT = 0.3  # The gradient names its result without saying where.

# How often an argument is given, and from where

OPTIONAL_LEFT_OUT = 0.5  # An optional argument that a result fits is left out: times are given in a zone or in none.
OPTIONAL_SPOKEN_GIVEN = 0.5  # An optional argument that the tool's phrases speak of: as often said as left out.
OPTIONAL_GIVEN = 0.3  # Another optional argument is made up.
OPTIONAL_HIDDEN_GIVEN = 0.08  # One that is a switch or has a default: people seldom know that it exists.
WHOLE_EXAMPLE = 0.35  # A whole example of the tool's author, where there are many: its arguments go together.
SAID_AGAIN = 0.85  # What the person has said before of that kind is said again: one concern has one date.
INGREDIENT = 0.8  # What the sample's ingredients have is taken where it fits, mostly.
MADE = 0.85  # Words made of lists rather than one of the examples, which samples would repeat.
BETWEEN_EXAMPLES = 0.6  # A number between the examples rather than one of them, which samples would repeat.

# How promising a call is; a random number from 0 to 1 is added

FIT = 3.5  # Times the square of the fit: a strong match outweighs two fair ones.
CALLED_BEFORE = 1.5  # Off for each time the chain has called the tool: variety.
SAME_TOOL = 0.6  # Samples of independent calls that ask for one thing of several, "in Oslo, Bergen and Graz".
DEEP = 1.0  # Off for a result of a result of a result: hard to say, and seldom wanted.
INTO_ITSELF = 3.5  # Off for putting a result into the tool that it came out of.
UNRELATED = 1.5  # Off where only a date or a moment leads to a tool about something else.
TAKES_THE_SAME = 2.5  # Off for a tool that takes just what the one before took: tax on, and tax off again.
OPENING = 0.8  # An opening that tools of the batch can go on from,
OPENING_EACH = 0.05  # and a little more for each of them: a choice, not a rule.
WANTED_ARGUMENT = 6.0  # It can have the kind of argument that the sample is to have, and no step has it yet.
WANTED = 1.5  # It uses what the gradient names.
AVOIDED_TOOL = 6.0  # Off for a tool that the gradient says to avoid: more than anything else adds.
TRIED_TOOL = 1.5  # The gradient says to try the tool.
DOMAIN = 0.6  # The gradient says to try, or to avoid, the tool's domain: a hint, weaker than one about the tool.
SHOWS_A_WRITE = 2.0  # A read that shows what a write has done, as people want to see it.
VALUE_SAID = 0.3  # For each value that the person has said already.
BARE_COORDINATES = 0.8  # Off for coordinates that the person would have to type.

# How much a call that worked adds to the chain

WORKED = 1.0  # Any that tells something new.
GOES_ON = 2.0  # It uses a result, or shows what a write has done: longer chains are the aim.
WANTED_KEPT = 2.5  # It has the kind of argument that the sample is to have, and no step has it yet.
REPEATED = 0.4  # Off for each time the chain has called the tool: variety.
TRUNCATED = 0.5  # Off for a result that was cut: what it lacks cannot be asked for.
