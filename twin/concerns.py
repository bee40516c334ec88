"""Whom a fact concerns beside those that it names."""

from plant_models.events import CrewLeft, Event
from twin.standing import State


def machines_of(state: State, fact: Event) -> list[str]:
    """The machines that may do something else once *fact* has happened: its own, or those that its crew leaves."""
    machine = getattr(fact, "machine", None)
    if isinstance(machine, str):
        return [machine]
    if isinstance(fact, CrewLeft):
        return [name for name, known in state.machines.items() if fact.crew in known.people.values()]
    return []


def keepers(state: State, name: str) -> list[str]:
    """The machines on which an order is blocked, or lots of it: they may do something else when it goes."""
    parts = (state.orders[part] for part in (name, *state.lots(name)))
    return [order.where for order in parts if order.stage == "blocked"]
