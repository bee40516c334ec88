"""The record of a floor as bars: what each machine did, for which order, from when to when."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, get_args

from plant_models.events import Event
from plant_models.plant import Plant
from twin.concerns import keepers, machines_of
from twin.state import MachineState, State, Status, apply, status

Kind = Literal["setup", "working", "unattended", "micro_stop", "down", "maintenance", "closed", "blocked"]
"""What a bar shows; where there is none the machine is idle."""


class Bar(NamedTuple):
    """One thing that one machine did. *order* and *step* say for what, None where it had nothing in hand."""

    machine: str
    order: str | None
    step: int | None
    kind: Kind
    start: int
    end: int


def bars(plant: Plant, opening: State, facts: Iterable[Event], until: int | None = None) -> list[Bar]:
    """What every machine did from *opening* (left alone) until *until* (left out: the last fact), by start and machine.

    The bars of a machine do not overlap: work that a breakdown interrupts is a bar before it and one after it.
    """
    state = opening.copy()
    now = {name: _doing(plant, state, name) for name in state.machines}
    since = dict.fromkeys(now, state.now)
    found: list[Bar] = []

    def look(name: str, time: int) -> None:
        doing = _doing(plant, state, name)
        if doing != now[name]:
            _end(found, name, now[name], since[name], time)
            now[name], since[name] = doing, time

    for fact in facts:
        if until is not None and fact.time > until:
            break
        touched = _touched(state, fact)
        apply(plant, state, fact)
        for name in touched:
            look(name, fact.time)
    for name, doing in now.items():
        _end(found, name, doing, since[name], state.now if until is None else until)
    found.sort(key=lambda bar: (bar.start, bar.machine))
    return found


_Doing = tuple[Status, str | None, int | None]


def _touched(state: State, fact: Event) -> list[str]:
    """The machines that may do something else after *fact*: its own, and those that keep its order or lots of it."""
    found = machines_of(state, fact)
    order = getattr(fact, "order", None)
    if isinstance(order, str):
        found += keepers(state, order)
    return found


def _doing(plant: Plant, state: State, name: str) -> _Doing:
    machine = state.machines[name]
    return status(plant, name, machine), machine.order, _step(state, machine)


def _step(state: State, machine: MachineState) -> int | None:
    """The step in hand; an order that is kept has done it already."""
    if machine.order is None:
        return None
    return state.orders[machine.order].step - (machine.phase == "done")


def _end(found: list[Bar], name: str, doing: _Doing, start: int, end: int) -> None:
    word, order, step = doing
    if word != "idle" and end > start:
        found.append(Bar(name, order, step, _KINDS[word], start, end))


_KINDS: dict[Status, Kind] = {kind: kind for kind in get_args(Kind)}
