from scheduler.aim import OBJECTIVES, Objective
from scheduler.cpsat import CP_SAT, Progress
from scheduler.inspection import faults
from scheduler.local import LOCAL_SEARCH, LocalSearch, Searcher
from scheduler.proposals import ByCpSat, ByLocalSearch, ByPolicy, Proposal, Proposals, Proposer, by_rule, propose
from scheduler.repair import UNKNOWN_REPAIR, Move, moved, with_repairs
from scheduler.replay import plan_of_rule
from scheduler.search.stop import Stop
from scheduler.solve import By, Result, plan

__all__ = [
    "CP_SAT",
    "LOCAL_SEARCH",
    "OBJECTIVES",
    "UNKNOWN_REPAIR",
    "By",
    "ByCpSat",
    "ByLocalSearch",
    "ByPolicy",
    "LocalSearch",
    "Move",
    "Objective",
    "Progress",
    "Proposal",
    "Proposals",
    "Proposer",
    "Result",
    "Searcher",
    "Stop",
    "by_rule",
    "faults",
    "moved",
    "plan",
    "plan_of_rule",
    "propose",
    "with_repairs",
]
