"""Rules of a record's policy as data: what they forbid, and whether a call breaks them in its situation."""

from nodes.rules.changes import nearest_allowed
from nodes.rules.evaluate import Broken, Known, Verdict, broken_rules, looked_at, verdict_of
from nodes.rules.language import RuleError

__all__ = ["Broken", "Known", "RuleError", "Verdict", "broken_rules", "looked_at", "nearest_allowed", "verdict_of"]
