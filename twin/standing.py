"""What a floor can tell, at one instant: machines, orders, buffers, and what follows from them at once."""

import copy
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeVar

import msgspec

from plant_models.orders import Order
from plant_models.plant import Plant
from plant_models.resources import Crew

Phase = Literal["idle", "setup", "work", "done"]
"""What a machine does with its order: nothing, changing over for it, working on it, keeping it when finished."""

Stage = Literal[
    "planned",
    "released",
    "waiting",
    "gathering",
    "loaded",
    "blocked",
    "held",
    "split",
    "merged",
    "finished",
    "turned_away",
    "cancelled",
]
"""Where an order stands: before its release, outside a full first buffer, in a buffer, being set up for or worked
on, finished by a machine that cannot get rid of it, set aside until it is freed, gone, gone without having
been let in, gone because nobody wants it any more.

An order that is split is where its lots are. A lot is gathering while it waits in front of a buffer's queue for the
others of its order, and merged once it is part of its order again."""

GONE: Final = frozenset(("finished", "turned_away", "cancelled", "merged"))
"""Where an order no longer stands anywhere."""

Status = Literal["closed", "down", "micro_stop", "maintenance", "working", "setup", "unattended", "blocked", "idle"]
"""A machine in one word. Unattended: its setup or its work stands still because nobody is there for it."""

Task = Literal["setup", "work", "repair", "maintenance"]
"""What somebody is at a machine for."""


_S = TypeVar("_S", bound=msgspec.Struct)


def _quick(kind: type[_S]) -> type[_S]:
    """Let what is written at every fact be written as on any object: a struct's own way is much slower."""
    for name in ("__setattr__", "__delattr__"):  # a type has one slot for both
        setattr(kind, name, getattr(object, name))
    return kind


class Upkeep(msgspec.Struct):
    """How worn a machine is, and how it was kept up; true at its *age_mark*.

    *level* counts the levels of its wear from 0, *level_age* is how long it has been at this one (milliseconds on the
    clock of its wear), *worked_at* the level at which the work in hand began, *renewals* how often its wear was
    renewed. *renewed* counts for each failure how often a maintenance set its clock back. *worked* is how long it has
    worked since it was last repaired or maintained.

    For each maintenance *used* is its usage since it was last done (milliseconds of work, or orders), or when it was
    last due by the calendar; *done* is how often it began.
    """

    renewed: list[int]
    used: list[int]
    done: list[int]
    level: int = 0
    level_age: int = 0
    worked_at: int = 0
    renewals: int = 0
    worked: int = 0

    def copy(self) -> "Upkeep":
        """One of its own, equal to this one."""
        return Upkeep(
            self.renewed.copy(),
            self.used.copy(),
            self.done.copy(),
            self.level,
            self.level_age,
            self.worked_at,
            self.renewals,
            self.worked,
        )


@_quick
class MachineState(msgspec.Struct):
    """One machine now. Work done so far is *done* plus the time since *mark* while `is_running`.

    *ages* are the clocks of its failures (milliseconds each has run since the last repair), true at *age_mark*;
    *failures* counts how often each has happened. *repair_since* None on a machine that is down: nobody repairs it yet.
    *family* is what it is set up for (a vehicle: where it stands), *run* the orders it has begun since it was changed
    over. *mates* are the orders that it has besides *order*, in the same batch. *people* gives the crew of whoever is
    there for each task, *hands* how many they are where they are several, *tools* the unit of each tool that it has;
    none is ever changed in place. *is_unattended* says that its setup or its work needs somebody who is not there.
    *restarts* counts how often the work in hand was begun again after a breakdown. *maintenance* is which one goes on,
    if any; *upkeep* is there on machines that wear out, are maintained, or make what depends on how long they have
    worked.
    """

    family: str | None
    ages: list[int]
    failures: list[int]
    mates: list[str]
    order: str | None = None
    phase: Phase = "idle"
    since: int = 0
    done: int = 0
    mark: int = 0
    age_mark: int = 0
    down: int | None = None
    down_since: int = 0
    repair_since: int | None = None
    is_closed: bool = False
    run: int = 0
    is_held: bool = False
    held_until: int | None = None
    good: int = 0
    scrap: int = 0
    people: Mapping[Task, str] = {}
    hands: Mapping[Task, int] = {}
    tools: Mapping[str, int] = {}
    is_unattended: bool = False
    restarts: int = 0
    maintenance: int | None = None
    maintenance_since: int = 0
    upkeep: Upkeep | None = None

    @property
    def level(self) -> int:
        """How worn it is: 0 is as new."""
        return 0 if self.upkeep is None else self.upkeep.level


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """How an order went through a step: all that its quality can depend on.

    *pieces* of it were worked on, and *scrap* of them were seen to be lost before anybody inspected. The machine had
    *worked* so long since it was last repaired, at that level of *wear*. *again* says that these were reworked pieces
    alone, *sent_back* that those that failed go back.
    """

    machine: str
    step: int
    repeats: int
    pieces: int
    scrap: int = 0
    worked: int = 0
    wear: int = 0
    inspected: int = 0
    failed: int = 0
    again: bool = False
    sent_back: bool = False


class Grade(msgspec.Struct, frozen=True):
    """What is known of an order's quality: its *passages*, and what an inspection found that has just taken place.

    *again* counts its pieces that are being reworked, since an inspection at step *sent_from* sent them to *sent_to*.
    """

    passages: tuple[Passage, ...] = ()
    inspected: int = 0
    failed: int = 0
    again: int = 0
    sent_from: int = 0
    sent_to: int = 0


class Hold(msgspec.Struct, frozen=True):
    """Why nobody may work on an order: the step whose inspection holds it, if one does, and until when, if known."""

    reason: str = ""
    step: int | None = None
    until: int | None = None


@_quick
class OrderState(msgspec.Struct, gc=False):
    """One order now: the *step* it waits for or is in, and *where* (a buffer or a machine).

    *repeats* counts how often it was sent back to an earlier step. *number* counts the orders for its product that were
    known before it, where its steps take recorded times (a `Trace`), and is 0 elsewhere. *carriers* gives the unit of
    each tool that goes with it; it is never changed in place. *keeps* counts the stocks for which a finished order
    still has something on its machine. *fetched_by* is the vehicle that is on its way to it, while it still keeps its
    place in a buffer or on a machine. *grade* is there where some step makes, measures or finds defects. An order with
    a *hold* is held or will be: a planned one is not released, one on a machine is *bound_for* it when its step is
    done. *got_on* says how far the belt of its conveyor had moved when it got on it, *has_arrived* that it is at the
    end.

    *parent* is the order that a lot is part of; *lots* are all that were ever made of an order. While an order is split
    its *quantity* is that of its lots together, those that have left included.
    """

    order: Order
    steps: int
    quantity: int
    stage: Stage = "planned"
    step: int = 0
    where: str = ""
    since: int = 0
    scrap: int = 0
    repeats: int = 0
    released_at: int | None = None
    finished_at: int | None = None
    number: int = 0
    carriers: Mapping[str, int] = {}
    keeps: int = 0
    fetched_by: str = ""
    grade: Grade | None = None
    hold: Hold | None = None
    bound_for: Literal["held", "cancelled"] | None = None
    got_on: int = 0
    has_arrived: bool = False
    parent: str | None = None
    lots: tuple[str, ...] = ()

    @property
    def in_hand(self) -> str:
        """The machine that has it, or that is on its way to it; empty where its present step has not begun."""
        return self.where if self.stage == "loaded" else self.fetched_by

    @property
    def at_work(self) -> int:
        """How many of its pieces are worked on in its present step: those to be reworked alone, or all."""
        again = 0 if self.grade is None else self.grade.again
        return min(again, self.quantity) if again else self.quantity

    @property
    def has_left(self) -> bool:
        """Whether the order is gone, finished or turned away or cancelled; a lot also when part of its order again."""
        return self.stage in GONE


class CrewState(msgspec.Struct):
    """One crew now: whether its shift is over, how many of its people set up or repair, how many machines it tends."""

    is_away: bool = False
    whole: int = 0
    tending: int = 0


def busy(crew: Crew, whole: int, tending: int) -> int:
    """How many people of a crew have something to do: *whole* ones, and those who tend so many machines."""
    return whole + -(-tending // crew.tends)


class ToolState(msgspec.Struct):
    """One tool now.

    *free* are the units that lie ready, lowest number first; *away* those that are being made fit again, each since
    its time in *since*. Each unit has *worked* so many milliseconds and was *used* so often since it was last made fit,
    which happened *renewals* times. There are *units* in all, those that machines and orders have included.
    """

    units: int
    free: list[int]
    worked: list[int]
    used: list[int]
    renewals: list[int]
    since: list[int]
    away: list[int]

    def copy(self) -> "ToolState":
        """A state of its own, equal to this one."""
        return ToolState(
            self.units,
            self.free.copy(),
            self.worked.copy(),
            self.used.copy(),
            self.renewals.copy(),
            self.since.copy(),
            self.away.copy(),
        )


class Lot(msgspec.Struct, frozen=True):
    """So much of a material that came from one place; what was put away at different times expires at its own."""

    id: str
    quantity: int
    expires_at: int | None = None


class Purchase(msgspec.Struct, frozen=True):
    """What was ordered of a material and has not come; purchases are numbered from 0."""

    number: int
    ordered_at: int
    quantity: int


class StockState(msgspec.Struct):
    """The stock of one material now: *level* is the sum of its *lots*, which stand in the order in which they are used.

    *wanting* are the orders on machines that have some of it for which there is no room, each with how much, first
    come first; *outside* are the lots that wait before the door. *purchases* counts what was ordered, *deliveries* the
    lots that came from outside, the last of them at *delivered_at*.
    """

    level: int
    lots: list[Lot]
    wanting: list[tuple[str, int]]
    outside: list[Lot]
    ordered: list[Purchase]
    purchases: int = 0
    deliveries: int = 0
    delivered_at: int = -1

    @property
    def at_hand(self) -> int:
        """How much a machine could take now: what is in stock, and what waits to come in."""
        waiting = sum(quantity for _, quantity in self.wanting) if self.wanting else 0
        return self.level + waiting + (sum(lot.quantity for lot in self.outside) if self.outside else 0)

    def copy(self) -> "StockState":
        """A stock of its own, equal to this one."""
        twin = copy.copy(self)
        twin.lots, twin.wanting = self.lots.copy(), self.wanting.copy()
        twin.outside, twin.ordered = self.outside.copy(), self.ordered.copy()
        return twin


class BeltState(msgspec.Struct):
    """One conveyor now: milliseconds that its belt had *moved* at *mark*, and when an order left it last."""

    moved: int = 0
    mark: int = 0
    left_at: int | None = None


class ArrivalState(msgspec.Struct):
    """How many orders have come by themselves in one way, and when the last did; before the first, when it began."""

    come: int = 0
    last: int = 0


@_quick
class State(msgspec.Struct):
    """A floor at one instant.

    *buffers* holds the orders in each buffer, first come first; *wanting* those that would enter it if it had room,
    from outside or on a machine that keeps them. *unfinished* counts the orders that have not left, *on_floor* those
    of them that were released; the lots of an order are not counted beside it. *stocks* are those of the plant's
    materials, *belts* those of its conveyors. *has_classes* says that some order ever had a priority other than 0.
    *arrivals* are those of orders that come by themselves.
    """

    machines: dict[str, MachineState]
    buffers: dict[str, deque[str]]
    wanting: dict[str, deque[str]]
    orders: dict[str, OrderState]
    now: int = 0
    unfinished: int = 0
    on_floor: int = 0
    crews: dict[str, CrewState] = {}
    tools: dict[str, ToolState] = {}
    stocks: dict[str, StockState] = {}
    belts: dict[str, BeltState] = {}
    has_classes: bool = False
    arrivals: dict[str, ArrivalState] = {}

    def book(self) -> Iterator[tuple[str, OrderState]]:
        """The orders as they were placed, by name: all but the lots."""
        return ((name, order) for name, order in self.orders.items() if order.parent is None)

    def whole(self, name: str) -> str:
        """The order, as it was placed, that *name* is part of; itself where it is no lot."""
        while (parent := self.orders[name].parent) is not None:
            name = parent
        return name

    def lots(self, name: str) -> Iterator[str]:
        """The lots that were ever made of an order, and of those in turn."""
        for lot in self.orders[name].lots:
            yield lot
            yield from self.lots(lot)

    def find(self, name: str) -> OrderState | None:
        """An order or a lot; of a lot that is not there yet what it will be part of; None where there is no such order.

        The lots of order "o" are "o/1", "o/2" and so on.
        """
        known = self.orders.get(name)
        while known is None and "/" in name:
            name = name.rpartition("/")[0]
            known = self.orders.get(name)
        return known

    def copy(self) -> "State":
        """A state of its own, equal to this one."""
        return State(
            {name: _copy_machine(machine) for name, machine in self.machines.items()},
            {name: queue.copy() for name, queue in self.buffers.items()},
            {name: queue.copy() for name, queue in self.wanting.items()},
            {name: copy.copy(order) for name, order in self.orders.items()},
            self.now,
            self.unfinished,
            self.on_floor,
            {name: copy.copy(crew) for name, crew in self.crews.items()},
            {name: tool.copy() for name, tool in self.tools.items()},
            {name: stock.copy() for name, stock in self.stocks.items()},
            {name: copy.copy(belt) for name, belt in self.belts.items()},
            self.has_classes,
            {name: copy.copy(arrival) for name, arrival in self.arrivals.items()},
        )


def _copy_machine(machine: MachineState) -> MachineState:
    twin = copy.copy(machine)
    twin.ages, twin.failures, twin.mates = machine.ages.copy(), machine.failures.copy(), machine.mates.copy()
    if machine.upkeep is not None:
        twin.upkeep = machine.upkeep.copy()
    return twin


def is_running(plant: Plant, name: str, machine: MachineState) -> bool:
    """Whether setup or work goes on, rather than standing still: stopped, after hours, or for want of people."""
    return not machine.is_unattended and could_run(plant, name, machine)


def could_run(plant: Plant, name: str, machine: MachineState) -> bool:
    """Whether setup or work would go on if the people for it were there: nothing else stops it."""
    if machine.down is not None or machine.maintenance is not None or machine.phase not in ("setup", "work"):
        return False
    if not machine.is_closed:
        return True
    return plant.work_centers[plant.machines[name].work_center].at_shift_end == "finish"


def is_free(machine: MachineState) -> bool:
    """Whether a machine could take an order: idle, up, open and not being maintained."""
    return machine.phase == "idle" and machine.down is None and machine.maintenance is None and not machine.is_closed


def is_micro_stop(plant: Plant, name: str, machine: MachineState) -> bool:
    """Whether a machine stands for a moment only, and is not broken down."""
    ways = plant.machines[name].failures
    return machine.down is not None and machine.down < len(ways) and ways[machine.down].is_micro_stop


def status(plant: Plant, name: str, machine: MachineState) -> Status:
    """What a machine is doing, in one word: down, maintained, closed and unattended before what it has in hand."""
    if machine.down is not None:
        return "micro_stop" if is_micro_stop(plant, name, machine) else "down"
    if machine.maintenance is not None:
        return "maintenance"
    if machine.is_closed and not could_run(plant, name, machine):
        return "closed"
    if machine.is_unattended:
        return "unattended"
    return _WORDS[machine.phase]


_WORDS: dict[Phase, Status] = {"idle": "idle", "setup": "setup", "work": "working", "done": "blocked"}


def progress(plant: Plant, name: str, machine: MachineState, now: int) -> int:
    """Milliseconds of the present setup or work that are done at *now*, closed hours and repairs not counted."""
    return machine.done + (now - machine.mark if is_running(plant, name, machine) else 0)
