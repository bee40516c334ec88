"""All that can hold an order up before an idle machine, joined."""

from collections.abc import Callable, Sequence

from plant_models.plant import Plant
from twin.needs import batches, closing, conveyors, materials, people, stays, tools
from twin.needs.lacks import Check, Lack
from twin.standing import State

_KINDS: Sequence[Callable[[Plant, str], Check | None]] = (
    conveyors.check_of,
    stays.check_of,
    materials.check_of,
    tools.check_of,
    closing.check_of,
    people.check_of,
)
"""(plant, machine) -> its check of that kind; None where it can never lack any. In the order in which they are told."""


def checks(plant: Plant, machine: str) -> tuple[Check, ...]:
    """The checks that *machine* needs, worked out once; empty where it takes whatever waits for it."""
    own = own_checks(plant, machine)
    batch = batches.check_of(plant, machine, own)
    return own if batch is None else (*own, batch)


def own_checks(plant: Plant, machine: str) -> tuple[Check, ...]:
    """Those of them that look at an order by itself, whoever else could go into a batch with it."""
    return tuple(check for kind in _KINDS if (check := kind(plant, machine)) is not None)


def lack(found: Sequence[Check], state: State, order: str) -> Lack | None:
    """The first thing that is lacking for *order*; None where nothing is."""
    for check in found:
        missing = check(state, order)
        if missing is not None:
            return missing
    return None
