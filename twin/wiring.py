"""What follows from a plant once and for all: who draws from which buffer, who leads to whom."""

from collections.abc import Mapping, Sequence

from plant_models.plant import Machine, Plant, Stop
from plant_models.shifts import FOREVER
from twin.chance import Draw
from twin.deadlock import can_lock
from twin.needs import checks, own_checks
from twin.standing import State, is_free

RANKS = (
    "work",
    "repair",
    "breakdown",
    "shift",
    "release",
    "hold",
    "wake",
    "spoil",
    "crew",
    "renewal",
    "delivery",
    "expiry",
    "maintained",
    "due",
    "free",
    "arrival",
    "gap",
    "order",
)
"""What comes first among things that are due at the same instant."""


_recent: dict[int, "Wiring"] = {}


def wiring(plant: Plant) -> "Wiring":
    """The wiring of *plant*, worked out once for the plants that were used last."""
    known = _recent.get(id(plant))
    if known is None or known.plant is not plant:
        if len(_recent) >= 16:
            _recent.pop(next(iter(_recent)))
        known = _recent[id(plant)] = Wiring(plant)
    return known


class Wiring:
    """A plant's machines by number, and how they hang together.

    *takers* and *places* are, for each product and step, the machines that can take it and the buffer it waits in,
    *rooms* the same buffer unless nothing has room in it;
    *is_led* says that a machine is never asked because its buffers give the next order; *reserving* are the machines
    that block before service; *checks* are what each machine has to look at before it takes an order (`twin.needs`),
    *own_checks* those that look at the order by itself; *fetches* says that a machine is a vehicle, *returns* which
    steps lead back from each step; *batches* says that it works on several at once, *consumes* that it uses up
    materials; *is_watched* that orders spoil or travel in a buffer, *can_lock* that machines may come to wait for
    each other in a circle; *wholes* are the machines, places of one together, *is_kept* those that are maintained,
    *drains* those of them that are places, *wears* those with a clock that runs only while they work, *restarts*
    those whose work may have to begin again; *has_calls* says that anybody repairs or maintains; *queue_of* is the
    fifo buffer whose first order is all that a machine may take; *next_in_line* are the machines that the head of a
    buffer's queue may hold up; *is_endless* that orders come by themselves for ever.

    For the many plants that use little of what a plant can have: *is_plain* says that a machine takes one order at a
    time and needs nothing else for it, *is_sure* that all its work comes out well and goes on to the next step,
    *is_followed* that somebody has to be told when its work ends; *is_quiet* that nobody has to be told when an order
    leaves a buffer but those at its door; *has_errands* that there is more to see to, between the choices of the
    machines, than the doors of buffers. *sure_times* are those that are no matter of chance, as they become known, by
    product, step, pieces and level of wear.
    """

    # An object with more than thirty attributes finds each of them by its name; what every fact needs has a place.
    __slots__ = (
        "__dict__",
        "_disciplines",
        "_has_fleets",
        "can_lock",
        "capacity",
        "checks",
        "drains",
        "draws",
        "has_errands",
        "has_lots",
        "index",
        "is_followed",
        "is_led",
        "is_limited",
        "is_plain",
        "is_quiet",
        "is_sure",
        "is_watched",
        "least_runs",
        "places",
        "queue_of",
        "reserves",
        "reserving",
        "rooms",
        "takers",
        "takes_all",
        "wears",
    )

    def __init__(self, plant: Plant) -> None:
        names = tuple(plant.machines)
        self.plant = plant
        self.index = {name: number for number, name in enumerate(names)}
        things = (names, plant.buffers, plant.crews, plant.tools, plant.materials, plant.arrivals)
        width = max(map(len, things)) + 1
        self.ranks = {kind: number * width for number, kind in enumerate(RANKS)}
        self._disciplines = {b.id: b.discipline for b in plant.buffers.values()}
        self.capacity = {b.id: FOREVER if b.capacity is None else b.capacity for b in plant.buffers.values()}
        stops = {product: plant.stops(product) for product in plant.products}
        self.takers = {p: [tuple(self.index[m] for m in stop.machines) for stop in s] for p, s in stops.items()}
        self.places = {p: [stop.place for stop in s] for p, s in stops.items()}
        self.rooms = {p: [stop.place if self.capacity[stop.place] else None for stop in s] for p, s in stops.items()}
        self.returns = {p: [_returns(s, step) for step in range(len(s))] for p, s in stops.items()}
        self.has_branches = any(stop.branches for s in stops.values() for stop in s)
        self.is_limited = plant.release.orders is not None or plant.release.work is not None
        self.is_endless = any(arrival.is_endless for arrival in plant.arrivals.values())
        self.has_tools = bool(plant.tools)
        self.has_people = bool(plant.sharing.attended)
        self.attended = [name in plant.sharing.attended for name in names]
        self.wholes = _wholes(plant)
        self.is_kept = [bool(plant.machines[name].maintenance) for name in names]
        self.has_calls = bool(plant.crews) or any(self.is_kept)
        self.drains = [self.is_kept[n] and plant.machines[name].part_of is not None for n, name in enumerate(names)]
        self.restarts = [any(f.work == "restart" for f in plant.machines[name].failures) for name in names]
        self.is_metered = _is_metered(plant)
        self.turning = [b.id for b in plant.buffers.values() if b.when_full == "turn_away"]
        self.scraps = {p: [stop.operation.scrap > 0 for stop in s] for p, s in stops.items()}
        self.graded = {p: [stop.operation.is_graded for stop in s] for p, s in stops.items()}
        self.is_graded = any(any(steps) for steps in self.graded.values())
        self.has_quality = self.is_graded or any(
            to <= n for s in stops.values() for n, stop in enumerate(s) for to, _ in stop.branches
        )
        self.splits = {p: [stop.operation.split for stop in s] for p, s in stops.items()}
        self.has_lots = any(stop.operation.split or stop.operation.merge for s in stops.values() for stop in s)
        every = [stop for s in stops.values() for stop in s]
        centers = [plant.work_centers[plant.machines[name].work_center] for name in names]
        self.draws = [sorted({stop.place for stop in every if name in stop.machines}) for name in names]
        self.takes_all = [
            {place: all(name in stop.machines for stop in every if stop.place == place) for place in self.draws[number]}
            for number, name in enumerate(names)
        ]
        self.is_led = [
            all(plant.buffers[b].discipline != "any" for b in places) and len(places) == 1 for places in self.draws
        ]
        self.changes = [center.changeover is not None or center.fleet is not None for center in centers]
        self.fetches = [center.fleet is not None for center in centers]
        self._has_fleets = any(self.fetches)
        self.checks = [checks(plant, name) for name in names]
        self.own_checks = [own_checks(plant, name) for name in names]
        self.least_runs = [plant.least_run(name) for name in names]
        self.is_watched = {b.id: b.max_stay is not None or b.conveyor is not None for b in plant.buffers.values()}
        self.can_lock = can_lock(plant)
        self.batches = [plant.machines[name].batch is not None for name in names]
        self.consumes = [any(name in stop.machines and stop.operation.consumes for stop in every) for name in names]
        self.wears = [name in plant.worn_by_work for name in names]
        self.reserving = [n for n, center in enumerate(centers) if center.blocking == "before_service"]
        self.reserves = [center.blocking == "before_service" for center in centers]
        self.behind = {
            b: [self.index[m.id] for m in plant.machines.values() if b in self.draws[self.index[m.id]]]
            for b in plant.buffers
        }
        self.queue_of = [self._only_queue(number) for number in range(len(names))]
        self.next_in_line = {b: self._who_waits_for_the_head(b) for b in plant.buffers}
        self.is_plain = [
            not (self.batches[n] or self.attended[n] or self.consumes[n] or self.changes[n]) for n in range(len(names))
        ]
        self.is_sure = [self._is_sure(plant.machines[name], stops) for name in names]
        is_told = bool(self.reserving) or self.has_people or self.has_tools
        self.is_followed = [is_told or self.wears[n] or self.is_kept[n] for n in range(len(names))]
        self.is_quiet = {b: not (self.next_in_line[b] or self.is_watched[b] or self.reserving) for b in plant.buffers}
        may_spoil = any(b.max_stay is not None for b in plant.buffers.values())
        self.has_errands = is_told or self.has_calls or self.is_limited or may_spoil or bool(plant.materials)
        self.sure_times: list[dict[tuple[str, int, int, int], Draw]] = [{} for _ in names]
        self._names = names

    def _is_sure(self, machine: Machine, stops: Mapping[str, Sequence[Stop]]) -> bool:
        """Whether all that a machine works on comes out well and goes on to the next step."""
        return machine.wear is None and not any(
            self.scraps[product][step] or self.graded[product][step] or stop.branches
            for product, way in stops.items()
            for step, stop in enumerate(way)
            if machine.id in stop.machines
        )

    def _only_queue(self, number: int) -> str | None:
        """The buffer whose first order a machine takes, where there is nothing else to look at."""
        places = self.draws[number]
        if len(places) != 1 or self.reserves[number] or not self.takes_all[number][places[0]]:
            return None
        if self.checks[number] or self.fetches[number] or self.least_runs[number] or self.drains[number]:
            return None
        is_plain = self.plant.buffers[places[0]].discipline == "fifo" and self.capacity[places[0]] > 0
        return places[0] if is_plain else None

    def _who_waits_for_the_head(self, place: str) -> tuple[int, ...]:
        """The machines that may find an order that suits them once another took the one before it."""
        behind = self.behind[place]
        if self.plant.buffers[place].discipline == "any" or all(self.takes_all[n][place] for n in behind):
            return ()
        return tuple(behind)

    def options(self, state: State, index: int, *, in_time: bool = False) -> tuple[str, ...]:
        """The orders that a machine could take if it were idle, first come first.

        With *in_time* also those that it could take once all machines are up and open.
        """
        found: tuple[str, ...] = ()
        for place in self.draws[index]:
            found += self._offered(state, index, place)
        if self.reserves[index] and found:
            return tuple(order for order in found if self._has_place_after(state, order, in_time=in_time))
        return found

    def _offered(self, state: State, index: int, place: str) -> tuple[str, ...]:
        queue: Sequence[str] = state.buffers[place] if self.capacity[place] else state.wanting[place]
        if self._has_fleets and queue:
            queue = [order for order in queue if not state.orders[order].fetched_by]
        if not queue:
            return ()
        discipline = self._disciplines[place]
        if discipline == "any":
            orders = tuple(queue)
        else:
            orders = (queue[0] if discipline == "fifo" else queue[-1],)
        if self.takes_all[index][place]:
            return orders
        return tuple(order for order in orders if index in self._takers(state, order))

    def _takers(self, state: State, name: str) -> tuple[int, ...]:
        order = state.orders[name]
        return self.takers[order.order.product][order.step]

    def _has_place_after(self, state: State, name: str, *, in_time: bool) -> bool:
        """Whether *name* is sure to find a place after its next step, those on their way there counted.

        There is one in the buffer, and on each machine behind it that is free; with *in_time* on each that is idle.
        """
        order = state.orders[name]
        places, step = self.places[order.order.product], order.step + 1
        if step == len(places):
            return True
        place = places[step]
        if self.capacity[place] >= FOREVER:
            return True
        taken = len(state.buffers[place]) + len(state.wanting[place])
        room = self.capacity[place]
        for number in self.behind[place]:
            has = state.machines[self._names[number]]
            room += has.phase == "idle" if in_time else is_free(has)
        for has in state.machines.values():
            if has.order is not None and has.phase in ("setup", "work"):
                inside = [state.orders[each] for each in (has.order, *has.mates)]
                taken += sum(self._leads_to(each.order.product, each.step, place) for each in inside)
        return taken < room

    def _leads_to(self, product: str, step: int, place: str) -> bool:
        places = self.places[product]
        return step + 1 < len(places) and places[step + 1] == place


def _returns(stops: Sequence[Stop], step: int) -> frozenset[int]:
    """The steps to which orders go after *step* that lead back, at once or by a step of transport."""
    found = set()
    for to, _ in stops[step].branches:
        is_move = to < len(stops) and stops[to].operation.move is not None
        goals = [goal for goal, _ in stops[to].branches] if is_move else []
        if to <= step or any(goal <= step for goal in goals):
            found.add(to)
    return frozenset(found)


def _is_metered(plant: Plant) -> bool:
    """Whether anything is known of what the plant draws."""
    return (
        plant.electricity.base_load > 0
        or any(plant.power(name) is not None for name in plant.machines)
        or any(operation.energy for routing in plant.routings.values() for operation in routing.operations)
    )


def _wholes(plant: Plant) -> list[tuple[int, ...]]:
    """The machines by number, those together that are places of one."""
    found: dict[str, list[int]] = {}
    for number, machine in enumerate(plant.machines.values()):
        found.setdefault(machine.whole, []).append(number)
    return [tuple(members) for members in found.values()]
