"""Where every order is, and was at any past instant: folds over the facts of a floor, and over nothing else."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import pandas as pd

from plant_models.events import Event, lots_in
from plant_models.orders import Order
from plant_models.plant import Plant
from twin.concerns import machines_of
from twin.state import OrderState, Stage, State, apply, status

Activity = Literal[
    "planned",
    "outside",
    "waiting",
    "setup",
    "working",
    "unattended",
    "down",
    "micro_stop",
    "maintenance",
    "closed",
    "blocked",
    "held",
    "finished",
    "turned_away",
    "cancelled",
]
"""What becomes of an order for a while: not released yet, outside a full first buffer, in a buffer, changed over for,
worked on, on a machine that nobody attends to, is broken down, stands for a moment, is maintained or closed, on a
machine that cannot get rid of it, set aside, gone, gone without having been let in, gone because it was cancelled."""

ACTIVITIES: Mapping[str, tuple[str, ...]] = {
    "queue": ("outside", "waiting"),
    "setup": ("setup",),
    "work": ("working",),
    "unattended": ("unattended",),
    "down": ("down", "micro_stop", "maintenance"),
    "closed": ("closed",),
    "blocked": ("blocked",),
    "hold": ("held",),
    "lots": ("split", "gathering"),
}
"""What the time of an order between its release and its finish is divided into, and the activities of each part."""

_PLACED = ("waiting", "loaded", "blocked")
_ON_THE_FLOOR = ("released", "held", *_PLACED)
_PART = {activity: part for part, activities in ACTIVITIES.items() for activity in activities}


class Stay(NamedTuple):
    """One stretch of an order's life with one thing going on; *until* None means that it lasts.

    *where* is a buffer or a machine, and empty before the release and after the finish; *step* is the step that the
    order waits for or is in; *quantity* is how many pieces it has.
    """

    order: str
    stage: str
    activity: str
    where: str
    step: int
    quantity: int
    since: int
    until: int | None = None

    def length(self, now: int) -> int:
        """Milliseconds, up to *now* where it still lasts."""
        return (now if self.until is None else self.until) - self.since


@dataclass(slots=True, kw_only=True)
class Visit:
    """An order's way through one step: the wait for it, the work on one machine, and the wait to get away.

    Times are milliseconds since the epoch, None where it has not come to that; *machine* is None while the order
    still waits. *times* divides the visit so far as `ACTIVITIES` does; closed hours and repairs while the machine
    has the order are its *closed* and *down* time.
    """

    order: str
    step: int
    operation: str
    machine: str | None = None
    queued_at: int | None = None
    loaded_at: int | None = None
    finished_at: int | None = None
    left_at: int | None = None
    pieces_in: int = 0
    pieces_out: int | None = None
    times: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ACTIVITIES, 0))


@dataclass(frozen=True, slots=True)
class Track:
    """Where every order was from the first fact to *now*, and the floor as it is *now*."""

    plant: Plant
    state: State
    stays: Mapping[str, Sequence[Stay]]

    @property
    def now(self) -> int:
        """The last instant that is known."""
        return self.state.now

    def where(self, order: str, time: int | None = None) -> Stay:
        """What was going on with *order* at *time* (now, where none is given).

        Raises
        ------
        KeyError
            Where there is no such order.
        ValueError
            Where *time* lies before the plant knew of the order, or in the future.
        """
        stays = self._stays(order)
        moment = self.now if time is None else time
        if not stays[0].since <= moment <= self.now:
            raise ValueError(f"order {order!r} at {moment} ms: it is known from {stays[0].since} to {self.now} ms")
        return stays[bisect_right(stays, moment, key=_since) - 1]

    def history(self, order: str) -> Sequence[Stay]:
        """Everything that *order* went through, in order; what lasts for no time is there as well."""
        return self._stays(order)

    def visits(self, order: str) -> list[Visit]:
        """The steps that *order* went through, each with its machine and its times."""
        found: list[Visit] = []
        operations = self.plant.operations(self.state.orders[order].order)
        for stay in self._stays(order):
            if stay.stage not in _ON_THE_FLOOR or stay.step >= len(operations):
                if found and found[-1].left_at is None:
                    _leave(found[-1], stay)
                if found and stay.activity in _PART:
                    found[-1].times[_PART[stay.activity]] += stay.length(self.now)
                continue
            if not found or _begins_anew(found[-1], stay):
                if found:
                    _leave(found[-1], stay)
                found.append(Visit(order=order, step=stay.step, operation=operations[stay.step].id))
            _add(found[-1], stay, self.now)
        return found

    def times(self, order: str) -> dict[str, int]:
        """Milliseconds between the release and the finish of *order* (or now), divided as in `ACTIVITIES`."""
        found = dict.fromkeys(ACTIVITIES, 0)
        for stay in self._stays(order):
            if stay.activity in _PART:
                found[_PART[stay.activity]] += stay.length(self.now)
        return found

    def stays_frame(self) -> pd.DataFrame:
        """One row for each stay of each order."""
        return pd.DataFrame([stay for stays in self.stays.values() for stay in stays], columns=Stay._fields)

    def visits_frame(self) -> pd.DataFrame:
        """One row for each step that an order went through, its times in milliseconds (``queue_ms`` and so on)."""
        rows = [_row(visit) for order in self.stays for visit in self.visits(order)]
        return pd.DataFrame(rows, columns=_VISIT_COLUMNS)

    def orders_frame(self) -> pd.DataFrame:
        """One row for each order: where it is now, since when, and what its time went into."""
        rows = []
        for name, stays in self.stays.items():
            order, last = self.state.orders[name], stays[-1]
            terms = order.order
            terms_and_ends = (name, terms.product, terms.due, order.released_at, order.finished_at)
            rows.append((*terms_and_ends, *last[1:7], order.scrap, *self.times(name).values()))
        return pd.DataFrame(rows, columns=_ORDER_COLUMNS)

    def _stays(self, order: str) -> Sequence[Stay]:
        if order not in self.stays:
            raise KeyError(f"no order {order!r}; there are {', '.join(self.stays) or 'none'}")
        return self.stays[order]


_TIMES = [f"{part}_ms" for part in ACTIVITIES]
_VISIT_COLUMNS = ["order", "step", "operation", "machine", "queued_at", "loaded_at", "finished_at", "left_at"]
_VISIT_COLUMNS += ["pieces_in", "pieces_out", *_TIMES]
_ORDER_COLUMNS = ["order", "product", "due", "released_at", "finished_at", "stage", "activity", "where", "step"]
_ORDER_COLUMNS += ["quantity", "since", "scrap", *_TIMES]


def at(plant: Plant, opening: State, facts: Iterable[Event], time: int) -> State:
    """The floor as it was at *time*, with everything that happened at that instant.

    Parameters
    ----------
    opening
        The floor before the first of the *facts*; it is left as it is.

    Raises
    ------
    ValueError
        Where *time* lies before the opening.
    """
    if time < opening.now:
        raise ValueError(f"{time} ms lies before the opening, which is the floor at {opening.now} ms")
    state = opening.copy()
    for fact in facts:
        if fact.time > time:
            break
        apply(plant, state, fact)
    state.now = time
    return state


def track(plant: Plant, opening: State, facts: Iterable[Event], until: int | None = None) -> Track:
    """Follow every order through *facts*, which begin at *opening* (left as it is).

    Parameters
    ----------
    until
        What happened later is left out, and what still lasted then is counted up to then; None: up to the last fact.
    """
    state = opening.copy()
    stays: dict[str, list[Stay]] = {name: [_stay(plant, state, name, state.now)] for name in state.orders}
    for fact in facts:
        if until is not None and fact.time > until:
            break
        concerned = _concerned(state, fact)
        apply(plant, state, fact)
        for name in concerned:
            _see(plant, state, stays, name)
    if until is not None:
        state.now = max(state.now, until)
    return Track(plant, state, stays)


def concerns(fact: Event) -> str | None:
    """The order that a fact is about, if it is about one."""
    order = getattr(fact, "order", None)
    return order.id if isinstance(order, Order) else order


def _concerned(state: State, fact: Event) -> dict[str, None]:
    """The orders whose life a fact may change: those it names, those in its machine, all lots of an order."""
    about, lots = concerns(fact), lots_in(fact)
    machines = [state.machines[name] for name in machines_of(state, fact) if name in state.machines]
    in_hand = [name for machine in machines for name in (machine.order, *machine.mates)]
    found = dict.fromkeys(name for name in (about, *in_hand, *getattr(fact, "mates", ()), *lots) if name is not None)
    known = state.orders.get(about) if about is not None else None
    if known is not None and about is not None:
        found |= dict.fromkeys(state.lots(about))
    while known is not None and known.parent is not None:
        found[known.parent] = None
        known = state.orders[known.parent]
    return found


def _see(plant: Plant, state: State, stays: dict[str, list[Stay]], name: str) -> None:
    if name not in state.orders:
        return
    now, known = _stay(plant, state, name, state.now), stays.setdefault(name, [])
    if known:
        if now[:6] == known[-1][:6]:
            return
        known[-1] = known[-1]._replace(until=state.now)
    known.append(now)


def _stay(plant: Plant, state: State, name: str, since: int) -> Stay:
    order = state.orders[name]
    where = order.where if order.stage in _PLACED or order.stage == "gathering" else ""
    return Stay(name, order.stage, _activity(plant, state, order), where, order.step, order.quantity, since)


_WORDS: dict[Stage, Activity] = {"released": "outside"}


def _activity(plant: Plant, state: State, order: OrderState) -> str:
    if order.stage == "loaded":
        return status(plant, order.where, state.machines[order.where])
    return _WORDS.get(order.stage, order.stage)


def _since(stay: Stay) -> int:
    return stay.since


def _begins_anew(visit: Visit, stay: Stay) -> bool:
    """Whether *stay* belongs to a later step than *visit*."""
    if stay.stage == "loaded":
        return visit.finished_at is not None or visit.machine not in (None, stay.where)
    return stay.stage != "blocked" and visit.machine is not None


def _add(visit: Visit, stay: Stay, now: int) -> None:
    if stay.activity in _PART:
        visit.times[_PART[stay.activity]] += stay.length(now)
    if stay.stage == "blocked":
        visit.finished_at, visit.pieces_out = stay.since, stay.quantity
        return
    visit.pieces_in = stay.quantity
    if stay.stage != "loaded":
        visit.queued_at = stay.since if visit.queued_at is None else visit.queued_at
    elif visit.machine is None:
        visit.machine, visit.step, visit.loaded_at = stay.where, stay.step, stay.since


def _leave(visit: Visit, after: Stay) -> None:
    """The order is gone from the machine, to what comes *after*."""
    visit.left_at = after.since
    if visit.finished_at is None:
        visit.finished_at, visit.pieces_out = after.since, after.quantity


def _row(visit: Visit) -> tuple[object, ...]:
    return (
        *(visit.order, visit.step, visit.operation, visit.machine, visit.queued_at, visit.loaded_at),
        *(visit.finished_at, visit.left_at, visit.pieces_in, visit.pieces_out, *visit.times.values()),
    )
