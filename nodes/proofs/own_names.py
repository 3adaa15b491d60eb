"""Names that a person may know though a result gives them: one's own files, the people that one follows.

A step that was asked nothing, but for what the context gives, lists what there is around the person. What is called by
a name in it may be said by whoever knows it, where a draft marks the words; then the words are the argument's source.
"""

import re
from collections.abc import Mapping
from typing import Any

from graph.record import RecordContext, Step
from graph.sources import Source, StepSource
from nodes.marks.moments import faces_of
from nodes.proofs.unsayable import unsayable
from tool_registry.json.pointer import equal, scalars

_LONGEST = 40
#: A code is known to machines; a file may have digits in its name.
_CODE = re.compile(r"(?=.*\d)[^\s.]+")


def may_be_known(value: Any, source: Source | None, steps: Mapping[str, Step], context: RecordContext) -> bool:
    """Say whether a person may know by its name what an argument takes from a result; `steps` by id."""
    if not isinstance(value, str) or not isinstance(source, StepSource) or source.step not in steps:
        return False
    given = [known for _, known in scalars(context.model_dump(mode="python"))]
    asked = [each for _, each in scalars(steps[source.step].arguments)]
    if any(not any(equal(each, known) for known in given) for each in asked):
        return False
    is_name = any(map(str.isalpha, value)) and not _CODE.fullmatch(value) and not faces_of(value, (), None).is_calendar
    return is_name and 1 < len(value) <= _LONGEST and not unsayable(value, {})
