"""Who decides what is worked on next: dispatching rules by name, and following a plan."""

from twin.policies.follow import TOLERANCE, FollowPlan
from twin.policies.rules import RULES, remaining_work, rule

__all__ = ["RULES", "TOLERANCE", "FollowPlan", "remaining_work", "rule"]
