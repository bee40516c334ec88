"""Why orders never leave a floor on which nothing goes on any more, in words."""

from plant_models.plant import Plant
from twin.deadlock import deadlock_of
from twin.needs import Lack, lack
from twin.standstill import circle
from twin.state import OrderState, State
from twin.wiring import wiring

SHOWN = 4
"""How many orders are told of one by one."""

_WORDS = {
    "batch": "too few orders for a batch on {name}",
    "stay": "it has to stay in {name} for longer",
    "crew": "nobody of {name} is there",
    "tool": "no {name} is left",
    "material": "there is too little of {name}",
    "carrier": "no {name} is free to carry it",
    "closing time": "{name} never opens long enough",
}


def why_stuck(plant: Plant, end: State, *, is_endless: bool = False) -> list[str]:
    """For each order that is left at the end of a run, what it waits for; those that wait for each other first."""
    left = [name for name, order in end.orders.items() if not order.has_left]
    if is_endless and any(end.orders[name].repeats for name in left):
        return [f"{', '.join(left[:SHOWN])} are sent back again and again: more than half of the cases go back"]
    found: list[str] = []
    locked = deadlock_of(plant, end)
    if locked is not None:
        found.append(locked.words())
        left = [name for name in left if name not in {wait.order for wait in locked.waits}]
    elif len(way := circle(plant, end)) > 1:
        found.append("deadlock: " + "; ".join(claim.said() for claim in way))
        left = [name for name in left if name not in {claim.order for claim in way}]
    found += [f"{name} {_why(plant, end, name, end.orders[name])}" for name in left[:SHOWN]]
    if len(left) > SHOWN:
        found.append(f"and {len(left) - SHOWN} more")
    return found


def _why(plant: Plant, end: State, name: str, order: OrderState) -> str:
    """What one order waits for."""
    if order.stage == "planned":
        return "is not let onto the floor while the others are there"
    if order.step >= order.steps:
        return f"is done but keeps {order.where}, because there is no room for what came out of it"
    stop = plant.stops(order.order.product)[order.step]
    where = f"(step {order.step}, {stop.operation.id})"
    if order.stage == "loaded":
        return f"{where} is not finished on {order.where}, which stands still for good"
    reasons = dict.fromkeys(_lacking(plant, end, name, machine) for machine in stop.machines)
    return f"{where} waits in vain: {'; '.join(reasons)}"


def _lacking(plant: Plant, end: State, name: str, machine: str) -> str:
    """Why one machine does not take an order."""
    known, number = end.machines[machine], wiring(plant).index[machine]
    if known.down is not None:
        return f"{machine} is down for good"
    if known.is_closed:
        return f"{machine} does not open any more"
    if known.order is not None:
        return f"{machine} keeps {known.order}"
    missing = lack(wiring(plant).checks[number], end, name)
    if missing is not None:
        return words(missing)
    if name not in wiring(plant).options(end, number):
        return f"others come before it at {machine}, or there is no room behind it"
    return f"{machine} was told to wait"


def words(missing: Lack) -> str:
    """What is lacking, as a sentence."""
    return _WORDS.get(missing.what, missing.what + " is lacking: {name}").format(name=missing.name)
