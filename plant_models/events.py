"""What happens on a floor: small immutable facts, to and from JSON.

A state is changed by these and by nothing else. Times are milliseconds since the plant's epoch. The facts of the
desk (proposed, rehearsed, approved, ...) are in `plant_models.desk_events`.
"""

from typing import Any, Literal

import msgspec

from plant_models.orders import Order


class Fact(msgspec.Struct, frozen=True, tag_field="kind", tag=True, omit_defaults=True, gc=False):
    """Something that happened at *time*.

    Facts never form circles, so the garbage collector need not look at the many that a run keeps.
    """

    time: int


class OrderAdded(Fact, frozen=True):
    """The plant learns of an order, or of the new terms of one that has not begun.

    One that came by itself came by the arrivals *source*.
    """

    order: Order
    source: str = ""


class OrderReleased(Fact, frozen=True):
    """An order may come onto the floor."""

    order: str


class OrderTurnedAway(Fact, frozen=True):
    """An order found no place on the floor and went elsewhere."""

    order: str


class OrderCancelled(Fact, frozen=True):
    """Nobody wants an order any more: it leaves at once, or when its machine is done with its step."""

    order: str


class OrderChanged(Fact, frozen=True):
    """An order has new terms: due date, weight and priority at any time, the quantity only where no step has begun."""

    order: Order


class Entered(Fact, frozen=True):
    """An order comes to wait in a buffer, from outside or from the machine that had finished it."""

    order: str
    buffer: str


class Arrived(Fact, frozen=True):
    """An order has got to the end of a conveyor, where it can be taken (a light barrier tells it)."""

    order: str
    buffer: str


class Spoiled(Fact, frozen=True):
    """An order has been in a buffer for too long: its *pieces* are scrap, and it leaves."""

    order: str
    buffer: str
    pieces: int


class Split(Fact, frozen=True):
    """An order in a buffer divides into lots, with so many *pieces* each, which go on by themselves."""

    order: str
    into: tuple[str, ...]
    pieces: tuple[int, ...]


class Merged(Fact, frozen=True):
    """The *lots* of an order, all that are left, have come together, and it goes on in one."""

    order: str
    lots: tuple[str, ...]


class SetupStarted(Fact, frozen=True):
    """A machine takes an order, with its *mates* of the same batch, and is being changed over for it.

    *cleanings* are those that are part of it.
    """

    machine: str
    order: str
    mates: tuple[str, ...] = ()
    cleanings: tuple[str, ...] = ()


class Started(Fact, frozen=True):
    """A machine begins to work on a step of an order, which it takes if it does not have it already.

    *mates* are the other orders of the batch, where the machine works on several at once.
    """

    machine: str
    order: str
    step: int
    mates: tuple[str, ...] = ()


class Finished(Fact, frozen=True):
    """A machine has done a step; *good* pieces go on, *scrap* do not.

    They go to the step *to*; None is the one that follows, and after the last step the order leaves. *rework* counts
    those of the good pieces that failed an inspection and are worked on again from there.
    """

    machine: str
    order: str
    step: int
    good: int
    scrap: int = 0
    to: int | None = None
    rework: int = 0


class Measured(Fact, frozen=True):
    """A *characteristic* was measured on a piece of an order, at the end of a step; *value* is in its unit."""

    machine: str
    order: str
    step: int
    characteristic: str
    value: float


class Inspected(Fact, frozen=True):
    """So many pieces of an order were *inspected* at the end of a step, and so many of them *failed*."""

    machine: str
    order: str
    step: int
    inspected: int
    failed: int


class OrderHeld(Fact, frozen=True):
    """Nobody may work on an order until it is freed; one that is on a machine is set aside when its step is done.

    *step* is the step whose inspection holds it, None where somebody else does. *until* is when it is to be freed,
    where somebody said so.
    """

    order: str
    reason: str = ""
    step: int | None = None
    until: int | None = None


class OrderFreed(Fact, frozen=True):
    """A held order may go on, but for *scrap* of its pieces; if none is left, it leaves the floor."""

    order: str
    scrap: int = 0


class BrokeDown(Fact, frozen=True):
    """A machine fails; *failure* counts its ways of failing from 0."""

    machine: str
    failure: int = 0


class RepairStarted(Fact, frozen=True):
    """Somebody begins to repair a machine that is down; *crew* None is the first crew that can."""

    machine: str
    crew: str | None = None


class Repaired(Fact, frozen=True):
    """A machine is up again."""

    machine: str


class Scrapped(Fact, frozen=True):
    """A breakdown spoils the work on an order: all its *pieces* are scrap, and it leaves the floor.

    Where some of them alone were reworked, those are lost in a `Finished`, and the others go on.
    """

    machine: str
    order: str
    step: int
    pieces: int


class Worn(Fact, frozen=True):
    """A machine comes to another *level* of its wear, counted from 0."""

    machine: str
    level: int


class MaintenanceStarted(Fact, frozen=True):
    """Somebody begins to maintain a machine; *maintenance* counts what there is to do on it from 0.

    *crew* None is the first crew that can.
    """

    machine: str
    maintenance: int = 0
    crew: str | None = None


class MaintenanceEnded(Fact, frozen=True):
    """The maintenance of a machine is done."""

    machine: str


class ShiftEnded(Fact, frozen=True):
    """Nobody works at a machine until its next shift."""

    machine: str


class ShiftStarted(Fact, frozen=True):
    """A machine is staffed again."""

    machine: str


class Engaged(Fact, frozen=True):
    """*people* of a crew come to a machine, for its *task*; who leaves, leaves with the task or the shift."""

    machine: str
    crew: str
    task: Literal["setup", "work"]
    people: int = 1


class CrewLeft(Fact, frozen=True):
    """The shift of a crew ends."""

    crew: str


class CrewCame(Fact, frozen=True):
    """The shift of a crew begins."""

    crew: str


class ToolWornOut(Fact, frozen=True):
    """A unit of a tool, counted from 0, goes away to be made fit again."""

    tool: str
    unit: int


class ToolRenewed(Fact, frozen=True):
    """A unit of a tool is back as good as new."""

    tool: str
    unit: int


class Held(Fact, frozen=True):
    """A machine was told to wait: until its choice changes, and no longer than *until* (None: however long)."""

    machine: str
    until: int | None = None


class PassedOver(Fact, frozen=True):
    """A machine was to work on *order* next and took another, because it had waited long enough."""

    machine: str
    order: str
    step: int


class Consumed(Fact, frozen=True):
    """A machine uses up *material* for a step of an order that it takes at that instant.

    *lots* are the lots that it comes from, each with how much.
    """

    machine: str
    order: str
    step: int
    material: str
    lots: tuple[tuple[str, int], ...]


class Stored(Fact, frozen=True):
    """Material that came out of an order goes from its machine into a stock, as (part of) a *lot*."""

    machine: str
    order: str
    material: str
    lot: str
    quantity: int


class Reordered(Fact, frozen=True):
    """A material runs low and *quantity* of it is ordered; purchases of a material are numbered from 0."""

    material: str
    purchase: int
    quantity: int


class Delivered(Fact, frozen=True):
    """Material comes from outside: *quantity* of a *lot* goes into the stock, and *waiting* has no room and waits.

    What waited of a lot comes in later by facts with the same lot. *purchase* is the number of what was ordered.
    """

    material: str
    lot: str
    quantity: int
    waiting: int = 0
    purchase: int | None = None


class Expired(Fact, frozen=True):
    """What was left of a lot in a stock was kept too long and is thrown away."""

    material: str
    lot: str
    quantity: int


Event = (
    OrderAdded
    | OrderReleased
    | OrderTurnedAway
    | OrderCancelled
    | OrderChanged
    | Entered
    | Arrived
    | Spoiled
    | Split
    | Merged
    | SetupStarted
    | Started
    | Finished
    | Measured
    | Inspected
    | OrderHeld
    | OrderFreed
    | BrokeDown
    | RepairStarted
    | Repaired
    | Scrapped
    | Worn
    | MaintenanceStarted
    | MaintenanceEnded
    | ShiftEnded
    | ShiftStarted
    | Engaged
    | CrewLeft
    | CrewCame
    | ToolWornOut
    | ToolRenewed
    | Held
    | PassedOver
    | Consumed
    | Stored
    | Reordered
    | Delivered
    | Expired
)


def lots_in(fact: Fact) -> tuple[str, ...]:
    """The lots of an order that a fact names: those into which it divides, or that come together."""
    if isinstance(fact, Split):
        return fact.into
    return fact.lots if isinstance(fact, Merged) else ()


_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(Event)


def to_json(event: Fact) -> bytes:
    """One line of JSON."""
    return msgspec.json.encode(event)


def from_json(line: bytes | str) -> Event:
    """The fact that `to_json` wrote.

    Raises
    ------
    ValueError
        Where the line is no fact, with the place and what was expected.
    """
    try:
        event: Event = _decoder.decode(line)
    except msgspec.DecodeError as error:
        raise ValueError(f"not a fact of a floor: {error}") from None
    return event
