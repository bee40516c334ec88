"""How a plant behaves, what we measure and what we remember.

Names are loaded when they are first used (`docs/decisions/007-names-on-demand.md`): looking at a state costs no
pandas, and a command line starts at once. `__init__.pyi` tells type checkers and editors the same.
"""

from importlib import import_module
from typing import Any

__all__ = [
    "RULES",
    "Bar",
    "Batch",
    "Bottlenecks",
    "Certain",
    "Chance",
    "Change",
    "Choice",
    "Comparison",
    "Decision",
    "Energy",
    "Entry",
    "Estimate",
    "Film",
    "Floor",
    "Flow",
    "FollowPlan",
    "Forecast",
    "Indicator",
    "Journal",
    "Kpis",
    "LittlesLaw",
    "Luck",
    "MachineState",
    "OrderEnergy",
    "OrderForecast",
    "OrderState",
    "OrderTime",
    "OrderTimes",
    "Pairs",
    "Policy",
    "Precision",
    "Recipe",
    "Rehearsal",
    "ResourceUse",
    "Sensitivity",
    "Settled",
    "SimulatedFloor",
    "Start",
    "State",
    "Wait",
    "WarmUp",
    "World",
    "active_periods",
    "apply",
    "bars",
    "bottlenecks",
    "changes",
    "check_floor",
    "check_policy",
    "compare",
    "compare_until",
    "estimates",
    "flow",
    "forecast",
    "iso22400",
    "journal",
    "kpi",
    "littles_law",
    "measure",
    "moved",
    "opening",
    "order_times",
    "play_again",
    "policies",
    "practice",
    "rehearse",
    "rehearse_until",
    "replay",
    "resource_use",
    "rule",
    "run",
    "selecting",
    "sensitivity",
    "settled",
    "snapshot",
    "state_digest",
    "status",
    "studying",
    "warm_up",
]

_ROOMS = {
    "twin.batch": ("Batch",),
    "twin.bottleneck": ("Bottlenecks", "Sensitivity", "active_periods", "bottlenecks", "sensitivity"),
    "twin.chance": ("Certain", "Chance", "Luck"),
    "twin.changes.edit": ("Change",),
    "twin.checks": ("check_floor", "check_policy"),
    "twin.comparison": ("Comparison", "compare"),
    "twin.decisions": ("Choice", "Decision", "Policy", "Start", "Wait"),
    "twin.energy": ("Energy", "OrderEnergy"),
    "twin.estimates": ("Estimate",),
    "twin.film": ("Film",),
    "twin.floor": ("Floor", "run"),
    "twin.flows": ("Flow", "LittlesLaw", "flow", "littles_law"),
    "twin.foresight": ("Forecast", "OrderForecast", "forecast", "moved"),
    "twin.gantt": ("Bar", "bars"),
    "twin.indicators": ("Indicator",),
    "twin.journal": ("Entry", "Journal", "replay"),
    "twin.kpi": ("Kpis", "measure"),
    "twin.lateness": ("OrderTime", "OrderTimes", "order_times"),
    "twin.pairs": ("Pairs", "World", "compare_until"),
    "twin.policies.follow": ("FollowPlan",),
    "twin.policies.rules": ("RULES", "rule"),
    "twin.recipe": ("Recipe",),
    "twin.rehearsal": ("Rehearsal", "play_again", "rehearse"),
    "twin.resources_use": ("ResourceUse", "resource_use"),
    "twin.simulated": ("SimulatedFloor",),
    "twin.snapshot": ("state_digest",),
    "twin.state": ("MachineState", "OrderState", "State", "apply", "opening", "status"),
    "twin.steady": ("Precision", "Settled", "WarmUp", "rehearse_until", "settled", "warm_up"),
}
_HOMES = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"twin has no {name!r}; there are {', '.join(__all__)}")
    home = _HOMES.get(name)
    found = import_module(f"twin.{name}") if home is None else getattr(import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
