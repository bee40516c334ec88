"""The situation of an order at one instant: what its time goes into, read off the state."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from plant_models.events import Event, lots_in
from plant_models.plant import Plant
from twin.concerns import keepers, machines_of
from twin.needs import What, lack
from twin.state import MachineState, OrderState, State, Status, status
from twin.wiring import wiring

Part = Literal[
    "work",
    "setup",
    "transport",
    "machine",
    "material",
    "vehicle",
    "held",
    "behind",
    "blocked",
    "hold",
    "repair",
    "crew",
    "tool",
    "batch",
    "stay",
    "maintenance",
    "closed",
    "outside",
    "lots",
    "before",
]
"""What an order's time goes into; `twin.lateness.MEANING` says each in words."""


class Situation(NamedTuple):
    """What an order's time goes into at one instant.

    *machines* are those it may be waiting for, and their orders; *missing* names the material, skill, tool, ... that is
    lacking where a machine is free for it.
    """

    step: int
    part: Part
    machines: tuple[tuple[str, str | None], ...] = ()
    missing: str = ""


def situation(plant: Plant, state: State, name: str) -> Situation:
    """What the time of an order on the floor goes into now."""
    order = state.orders[name]
    if order.stage == "loaded":
        return Situation(order.step, _loaded(plant, order.where, state.machines[order.where]), ((order.where, None),))
    if order.fetched_by:
        part = _loaded(plant, order.fetched_by, state.machines[order.fetched_by])
        return Situation(order.step, "vehicle" if part == "setup" else part, ((order.fetched_by, None),))
    if order.stage == "held":
        return Situation(order.step, "hold")
    if order.stage == "waiting" and order.where in state.belts and not order.has_arrived:
        return Situation(order.step, "transport")
    if order.stage in ("gathering", "split"):
        return Situation(order.step, "lots")
    if order.keeps or order.step == order.steps:  # its machine keeps what a stock has no room for
        return Situation(min(order.step, order.steps - 1), "blocked", ((order.where, None),))
    stop = plant.stops(order.order.product)[order.step]
    if order.stage == "blocked" and (stop.operation.move is None or plant.buffers[stop.place].capacity != 0):
        return Situation(order.step, "blocked", ((order.where, None),))
    if order.stage == "released" and plant.buffers[stop.place].capacity != 0:
        return Situation(order.step, "outside")
    return _waiting(plant, state, name, order)


def _loaded(plant: Plant, name: str, machine: MachineState) -> Part:
    word = status(plant, name, machine)
    if word in _DOWN:
        return _down(machine)
    return _LOADED.get(word, "transport" if name in plant.vehicles else "work")


_DOWN = ("down", "micro_stop")
_LOADED: Mapping[Status, Part] = {
    "closed": "closed",
    "setup": "setup",
    "unattended": "crew",
    "maintenance": "maintenance",
}


def _down(machine: MachineState) -> Part:
    return "crew" if machine.repair_since is None else "repair"


def _waiting(plant: Plant, state: State, name: str, order: OrderState) -> Situation:
    stop = plant.stops(order.order.product)[order.step]
    takers = [(machine, state.machines[machine]) for machine in stop.machines]
    words = {machine: status(plant, machine, known) for machine, known in takers}
    free = [machine for machine, word in words.items() if word == "idle"]
    if free:
        part, missing = _kept_from(plant, state, name, stop.place, free)
        return Situation(order.step, part, tuple((m, None) for m in free), missing)
    busy = [(m, known.order) for m, known in takers if words[m] in ("working", "setup", "unattended", "blocked")]
    if busy:
        return Situation(order.step, "machine" if stop.operation.move is None else "vehicle", tuple(busy))
    down = [(machine, known) for machine, known in takers if words[machine] in _DOWN]
    if down:
        part = "repair" if any(_down(known) == "repair" for _, known in down) else "crew"
        return Situation(order.step, part, tuple((m, None) for m, known in down if _down(known) == part))
    kept = tuple((machine, None) for machine, word in words.items() if word == "maintenance")
    if kept:
        return Situation(order.step, "maintenance", kept)
    return Situation(order.step, "closed", tuple((machine, None) for machine, _ in takers))


def _kept_from(plant: Plant, state: State, name: str, place: str, free: list[str]) -> tuple[Part, str]:
    """Why an order is not on a machine that is free for it, and what is lacking."""
    ways = wiring(plant)
    lacking = [
        lack(ways.checks[number], state, name)
        for number in map(ways.index.__getitem__, free)
        if name in ways.options(state, number)
    ]
    if lacking:
        missing = None if None in lacking else lacking[0]
        return ("held", "") if missing is None else (_LACKING[missing.what], missing.name)
    buffer = plant.buffers[place]
    queue = state.buffers[place] if buffer.capacity != 0 else state.wanting[place]
    is_next = buffer.discipline == "any" or queue[0 if buffer.discipline == "fifo" else -1] == name
    return "blocked" if is_next else "behind", ""


_LACKING: Mapping[What, Part] = {
    "batch": "batch",
    "carrier": "tool",
    "closing time": "closed",
    "crew": "crew",
    "material": "material",
    "stay": "stay",
    "tool": "tool",
}
AT_A_FREE_MACHINE: tuple[Part, ...] = ("held", "behind", "blocked", *_LACKING.values())
"""What an order may wait for while a machine is free for it: any fact may end that."""


def touched(plant: Plant, state: State, fact: Event) -> list[str]:
    """The orders that *fact* may concern, through machines and buffers too: before it has happened.

    Those that wait although a machine is free for them (`AT_A_FREE_MACHINE`) any fact may concern.
    """
    ways = wiring(plant)
    order, names = getattr(fact, "order", None), machines_of(state, fact)
    found = [order] if isinstance(order, str) else []
    if isinstance(order, str):
        names += keepers(state, order)
    for name in names:
        loaded = state.machines[name].order
        if loaded is not None:
            found += (loaded, *state.machines[name].mates)
        for place in ways.draws[ways.index[name]]:
            found += state.buffers[place]
            found += state.wanting[place]
    if ways.has_lots:
        found += _with_lots(state, fact, order)
    return found


def _with_lots(state: State, fact: Event, order: object) -> list[str]:
    """The lots that a fact makes or merges, those of the order that it is about, and what that is part of."""
    found = [*lots_in(fact)]
    if isinstance(order, str):
        found += state.lots(order)
        name: str | None = order
        while name is not None and (name := state.orders[name].parent) is not None:
            found.append(name)
    return found
