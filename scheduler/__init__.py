"""From a plant, its live state and its orders to a plan: rules, a solver, and the twin that ranks what they propose.

Names are loaded when they are first used (`docs/decisions/007-names-on-demand.md`), because the solver takes more than
a second to load. `__init__.pyi` tells type checkers and editors the same.
"""

from importlib import import_module
from typing import Any

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

_ROOMS = {
    "scheduler.cpsat": ("CP_SAT", "Progress"),
    "scheduler.inspection": ("faults",),
    "scheduler.aim": ("OBJECTIVES", "Objective"),
    "scheduler.local": ("LOCAL_SEARCH", "LocalSearch", "Searcher"),
    "scheduler.proposals": (
        "ByCpSat",
        "ByLocalSearch",
        "ByPolicy",
        "Proposal",
        "Proposals",
        "Proposer",
        "by_rule",
        "propose",
    ),
    "scheduler.repair": ("UNKNOWN_REPAIR", "Move", "moved", "with_repairs"),
    "scheduler.replay": ("plan_of_rule",),
    "scheduler.search.stop": ("Stop",),
    "scheduler.solve": ("By", "Result", "plan"),
}
_HOMES = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"scheduler has no {name!r}; there are {', '.join(__all__)}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
