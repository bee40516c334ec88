"""Steps of transport: put into a routing wherever an order has to get from one location to another."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from plant_models.orders import LEAVE, Operation
from plant_models.transport import Fleet, Move


class Carrier(NamedTuple):
    """A fleet and its vehicles."""

    fleet: Fleet
    vehicles: tuple[str, ...]


Located = Callable[[Operation], str | None]
"""Where an operation is done; None where that is nowhere in particular."""


def with_moves(operations: Sequence[Operation], located: Located, carriers: Sequence[Carrier]) -> tuple[Operation, ...]:
    """*operations* with a step of transport between any two that are done at different locations.

    The first of the *carriers* that gets to both locations takes the order; where none does, people carry it and no
    time is counted. New orders are fetched at a fleet's *entry*, and orders that leave are taken to its *exit*. Where
    orders branch off or are sent back, each way has a step of its own. Routings that have all their steps of
    transport stay as they are.

    Examples
    --------
    >>> from plant_models.distributions import Constant
    >>> carrier = Carrier(Fleet(distances={"saw": {"mill": 60.0}}, load=5_000), ("agv",))
    >>> steps = [Operation(id=name, machines={name: Constant(60_000)}) for name in ("saw", "mill")]
    >>> for step in with_moves(steps, lambda step: step.id, [carrier]):
    ...     print(step.id, dict(step.machines))
    saw {'saw': Constant(value=60000)}
    to mill {'agv': Constant(value=65000)}
    mill {'mill': Constant(value=60000)}
    """
    return tuple(_Way(operations, located, carriers).steps()) if carriers else tuple(operations)


class _Way:
    """One routing while it gets its steps of transport."""

    def __init__(self, operations: Sequence[Operation], located: Located, carriers: Sequence[Carrier]) -> None:
        self._operations, self._carriers = operations, carriers
        self._ids = {operation.id for operation in operations} | {LEAVE}
        self._before: dict[str, str | None] = {}
        self._after: dict[str, str | None] = {}
        for operation in operations:
            place = None if operation.move else located(operation)
            self._before[operation.id] = operation.move.origin if operation.move else place
            self._after[operation.id] = operation.move.to if operation.move else place

    def steps(self) -> list[Operation]:
        first, found = self._operations[0], []
        brought = self._entry(self._before[first.id])
        if brought is not None:
            found.append(self._move(*brought, first.id, None))
        for number, operation in enumerate(self._operations):
            is_last = number + 1 == len(self._operations)
            found += self._with_ways(operation, LEAVE if is_last else self._operations[number + 1].id)
        return found

    def _with_ways(self, operation: Operation, following: str) -> list[Operation]:
        """An operation, and the steps of transport to those that may come after it, those of rework among them."""
        inspection = operation.inspection
        back = None if inspection is None else inspection.rework_to
        way = None if back is None else self._between(operation.id, back)
        if inspection is None or back is None or way is None:
            return self._with_shares(operation, following)
        move = replace(self._move(*way, back, operation.id), next={back: 1.0})
        head, *tail = self._with_shares(operation, following)
        ahead, rest = tail[0].id if tail else following, 1 - sum(head.next.values())
        shares = {**head.next, ahead: head.next.get(ahead, 0.0) + round(rest, 12)} if rest > 1e-9 else head.next
        head = replace(head, next=shares, inspection=replace(inspection, rework_to=move.id))
        return [head, *(each if each.next else replace(each, next={following: 1.0}) for each in tail), move]

    def _with_shares(self, operation: Operation, following: str) -> list[Operation]:
        """An operation, and the steps of transport to those that may come after it by their shares."""
        rest = 1 - sum(operation.next.values())
        goes_on = rest > 1e-9
        ahead = self._between(operation.id, following) if goes_on else None
        aside = {
            goal: way
            for goal, share in operation.next.items()
            if share > 0 and (way := self._between(operation.id, goal)) is not None
        }
        if ahead is None and not aside:
            return [operation]
        onward = None if ahead is None else self._move(*ahead, following, operation.id)
        if not aside:
            assert onward is not None  # one of the two is there
            return [operation, onward]
        moves = {goal: self._move(*way, goal, operation.id) for goal, way in aside.items()}
        shares: dict[str, float] = {}
        for goal, share in operation.next.items():
            shares[moves[goal].id if goal in moves else goal] = share
        if goes_on:
            goal = following if onward is None else onward.id
            shares[goal] = shares.get(goal, 0.0) + round(rest, 12)
        ways = [] if onward is None else [replace(onward, next={following: 1.0})]
        return [replace(operation, next=shares), *ways, *(replace(m, next={goal: 1.0}) for goal, m in moves.items())]

    def _between(self, last: str, goal: str) -> tuple[Carrier, Move] | None:
        """Who takes orders from one step to another; None where they need not or cannot be taken."""
        origin = self._after[last]
        if origin is None:
            return None
        for carrier in self._carriers:
            to = carrier.fleet.exit if goal == LEAVE else self._before[goal]
            if to is not None and to != origin and carrier.fleet.serves(origin, to):
                return carrier, Move(origin, to)
            if goal == LEAVE and to == origin:
                return None
        return None

    def _entry(self, to: str | None) -> tuple[Carrier, Move] | None:
        if to is None:
            return None
        for carrier in self._carriers:
            entry = carrier.fleet.entry
            if entry == to:
                return None
            if entry is not None and carrier.fleet.serves(to):
                return carrier, Move(entry, to)
        return None

    def _move(self, carrier: Carrier, move: Move, goal: str, last: str | None) -> Operation:
        time = carrier.fleet.carry(move.origin, move.to)
        name = self._free(f"to {move.to if goal == LEAVE else goal}", last)
        return Operation(id=name, machines=dict.fromkeys(carrier.vehicles, time), move=move)

    def _free(self, name: str, last: str | None) -> str:
        """A name for a step that no other has."""
        wanted, number = name, 2
        if wanted in self._ids and last is not None:
            wanted = name = f"{name} from {last}"
        while wanted in self._ids:
            wanted, number = f"{name} {number}", number + 1
        self._ids.add(wanted)
        return wanted


def carriers_of(fleets: Mapping[str, Fleet], vehicles: Mapping[str, Sequence[str]]) -> tuple[Carrier, ...]:
    """The fleets (by work center) with their vehicles."""
    return tuple(Carrier(fleet, tuple(vehicles[center])) for center, fleet in fleets.items())
