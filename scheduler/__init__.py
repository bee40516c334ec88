"""From a plant, its live state and its orders to a plan: rules, a solver, and the twin that ranks what they propose."""

from scheduler.cpsat import Progress
from scheduler.faults import faults
from scheduler.objective import OBJECTIVES, Objective
from scheduler.propose import CP_SAT, ByCpSat, ByPolicy, Proposal, Proposals, Proposer, by_rule, propose
from scheduler.repair import UNKNOWN_REPAIR, Move, moved, with_repairs
from scheduler.replay import plan_of_rule
from scheduler.solve import Result, plan

__all__ = [
    "CP_SAT",
    "OBJECTIVES",
    "UNKNOWN_REPAIR",
    "ByCpSat",
    "ByPolicy",
    "Move",
    "Objective",
    "Progress",
    "Proposal",
    "Proposals",
    "Proposer",
    "Result",
    "by_rule",
    "faults",
    "moved",
    "plan",
    "plan_of_rule",
    "propose",
    "with_repairs",
]
