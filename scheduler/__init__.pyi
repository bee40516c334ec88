from scheduler.aim import OBJECTIVES, Objective
from scheduler.cpsat import Progress
from scheduler.inspection import faults
from scheduler.proposals import CP_SAT, ByCpSat, ByPolicy, Proposal, Proposals, Proposer, by_rule, propose
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
