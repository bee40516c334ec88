"""What a span of a floor's life took in energy: for which machine, for which order, when, and what it cost.

A machine draws what its status says, from one fact to the next, so that the sums are exact. The energy of an
operation beyond that is spread evenly over the time that it was worked on. Power while a machine is set up for an order
or works on it is that order's; all else (idle, blocked, down and closed machines, the base load) is overhead.

Demand is what a meter of the grid reads: the average over a quarter of an hour, by the clock. What lies outside the
span counts as nothing, so that the first and the last interval never say too much.

References
----------
ISO 22400-2:2014, comprehensive energy consumption (K23 in `twin.iso22400`).
Commission Regulation (EU) 2017/2195, article 53: the quarter of an hour as the period over which power is settled.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from plant_models.energy import Electricity, Power, Rate
from plant_models.plant import Plant
from plant_models.shifts import HOUR
from twin.indicators import Better, ratio
from twin.state import State, Status, progress

FIGURES: Mapping[str, Better | None] = {
    "energy_kwh": "lower",
    "energy_cost": "lower",
    "demand_cost": "lower",
    "peak_kw": "lower",
    "above_limit_h": "lower",
    "co2_kg": "lower",
    "energy_per_good_piece_kwh": "lower",
    "energy_not_working_share": "lower",
}
"""The figures of energy by name, and which way is better; money is in the currency of the plant's tariff."""

_FOR_ORDERS = ("working", "setup")


@dataclass(slots=True)
class OrderEnergy:
    """What one order took, in kWh: machines working on it, machines being set up for it, and its operations' own."""

    working: float = 0.0
    setup: float = 0.0
    operations: float = 0.0

    @property
    def kwh(self) -> float:
        """All of it."""
        return self.working + self.setup + self.operations

    def add(self, other: "OrderEnergy") -> None:
        """Take what another took as well."""
        self.working += other.working
        self.setup += other.setup
        self.operations += other.operations


@dataclass(frozen=True, slots=True, kw_only=True)
class Energy:
    """What a span took, in kWh.

    Attributes
    ----------
    start, end
        The span, in milliseconds since the epoch.
    machines
        Each machine's power, by its status.
    operations
        What the operations on each machine took beyond its power.
    base
        The plant's base load over the span.
    orders
        What each order took; the rest is *overhead*.
    load
        All of it by the number of the meter's interval (`Electricity.begins` says when that is).
    """

    start: int
    end: int
    electricity: Electricity
    machines: Mapping[str, Mapping[Status, float]]
    operations: Mapping[str, float]
    base: float
    orders: Mapping[str, OrderEnergy]
    load: Mapping[int, float]

    @property
    def kwh(self) -> float:
        """All that was drawn."""
        return sum(map(self.machine, self.machines)) + self.base

    def machine(self, name: str) -> float:
        """What one machine took, its operations' own energy with it."""
        return sum(self.machines[name].values()) + self.operations.get(name, 0.0)

    def order(self, name: str) -> float:
        """What one order took; nothing where no machine was set up for it or worked on it."""
        return self.orders[name].kwh if name in self.orders else 0.0

    @property
    def working(self) -> float:
        """What went into work itself: machines while they worked, and the operations' own energy."""
        return sum(by_status["working"] for by_status in self.machines.values()) + sum(self.operations.values())

    @property
    def overhead(self) -> float:
        """What no order took: idle, blocked, down and closed machines, and the base load."""
        return self.kwh - sum(order.kwh for order in self.orders.values())

    @property
    def cost(self) -> float | None:
        """What the energy cost at the price of the time of its use; None where no tariff is known."""
        if self.electricity.tariff is None:
            return None
        return sum((self.rate(number).price or 0.0) * kwh for number, kwh in self.load.items())

    @property
    def demand_cost(self) -> float | None:
        """What the highest demand of the span costs, as if it set the bill; None where no tariff is known."""
        tariff = self.electricity.tariff
        return None if tariff is None else tariff.demand_charge * self.peak

    @property
    def peak(self) -> float:
        """The highest demand, in kW: the average over one interval of the meter."""
        return max(self.load.values(), default=0.0) * HOUR / self.electricity.interval

    @property
    def above_limit(self) -> int | None:
        """Milliseconds of intervals in which demand was above the contracted one; None where none is contracted."""
        if self.electricity.limit is None:
            return None
        most = self.electricity.limit * self.electricity.interval / HOUR * (1 + 1e-9)
        return self.electricity.interval * sum(kwh > most for kwh in self.load.values())

    @property
    def co2(self) -> float | None:
        """The carbon dioxide that came with it, in kg; None where it is not known for all of the span."""
        parts = [(self.rate(number).co2, kwh) for number, kwh in self.load.items()]
        known = [factor * kwh for factor, kwh in parts if factor is not None]
        return sum(known) if len(known) == len(parts) and (parts or self.electricity.co2 is not None) else None

    def figures(self, good_pieces: float) -> dict[str, float | None]:
        """The span, in which so many good pieces came out, in the figures of `FIGURES`."""
        total, above = self.kwh, self.above_limit
        return {
            "energy_kwh": total,
            "energy_cost": self.cost,
            "demand_cost": self.demand_cost,
            "peak_kw": self.peak,
            "above_limit_h": None if above is None else above / HOUR,
            "co2_kg": self.co2,
            "energy_per_good_piece_kwh": ratio(total, good_pieces),
            "energy_not_working_share": ratio(total - self.working, total),
        }

    def rate(self, number: int) -> Rate:
        """What holds in an interval of the meter."""
        rates = _rates(self.electricity)
        return rates[number % len(rates)]


@dataclass(slots=True)
class _Process:
    """An operation with energy of its own that is under way.

    *energy* is its kWh, *expected* the milliseconds it should take; *before* are those worked and *booked* the kWh used
    before the span, *parts* the stretches worked in it.
    """

    energy: float
    expected: int
    before: int = 0
    booked: float = 0.0
    parts: list[tuple[int, int]] = field(default_factory=list)

    def used(self, done: int) -> float:
        """The kWh used when *done* milliseconds are worked, as far as one can tell before the end."""
        return self.energy * min(1.0, done / self.expected) if self.expected else 0.0


class Meter:
    """Reads what machines draw while a floor works, for `twin.tally`, which says what each did from when to when."""

    def __init__(self, plant: Plant, state: State) -> None:
        self.plant, self.state, self._start = plant, state, state.now
        self._powers = {name: plant.power(name) for name in plant.machines}
        self._kw: dict[str, dict[str, float]] = {name: {} for name in plant.machines}
        self._interval, self._offset = plant.electricity.interval, plant.electricity.offset
        self._has_processes = any(o.energy for routing in plant.routings.values() for o in routing.operations)
        self._load: defaultdict[int, float] = defaultdict(float)
        self._orders: defaultdict[str, OrderEnergy] = defaultdict(OrderEnergy)
        self._operations: defaultdict[str, float] = defaultdict(float)
        self._under_way: dict[str, dict[str, _Process]] = {}
        self._in_hand: dict[str, tuple[tuple[str, float], ...]] = {}
        for name in state.machines:
            self.look(name)
        if self._has_processes:
            self._look_at_work_under_way()

    def look(self, machine: str) -> None:
        """See which orders a machine has in hand from now on; those of a batch share its power by their pieces."""
        has, orders = self.state.machines[machine], self.state.orders
        if has.order is None:
            self._in_hand[machine] = ()
        elif not has.mates:
            self._in_hand[machine] = ((has.order, 1.0),)
        else:
            pieces = {name: orders[name].quantity for name in (has.order, *has.mates)}
            every = sum(pieces.values())
            self._in_hand[machine] = tuple((name, number / every) for name, number in pieces.items())

    def book(self, machine: str, word: Status, start: int, end: int) -> None:
        """From *start* to *end* a machine had a status, with the orders in hand that `look` saw."""
        kw = self._kw_of(machine, word)
        if kw:
            self._draw(kw / HOUR, start, end)
            if word in _FOR_ORDERS:
                for order, share in self._in_hand[machine]:
                    kwh, charged = kw * share * (end - start) / HOUR, self._orders[order]
                    if word == "working":
                        charged.working += kwh
                    else:
                        charged.setup += kwh
        if word == "working" and machine in self._under_way:
            for process in self._under_way[machine].values():
                process.parts.append((start, end))

    def started(self, machine: str) -> None:
        """A machine begins to work on what it has in hand; the time before that is booked."""
        if not self._has_processes:
            return
        self._settle(machine)
        first, found = self.state.machines[machine].order, {}
        for name, _ in self._in_hand[machine]:
            has = self.state.orders[name]
            operation = self.plant.stops(has.order.product)[has.step].operation
            if operation.energy:
                longest = self.state.orders[first or name]
                expected = self.plant.expected_work(longest.order, longest.step, machine, longest.at_work)
                found[name] = _Process(operation.kwh(has.at_work), expected)
        if found:
            self._under_way[machine] = found

    def finished(self, machine: str, order: str, step: int, pieces: int) -> None:
        """A machine has done a step on so many *pieces*; the time before that is booked."""
        process = self._under_way.get(machine, {}).pop(order, None)
        if process is not None:
            operation = self.plant.stops(self.state.orders[order].order.product)[step].operation
            self._spread(machine, order, process, operation.kwh(pieces) - process.booked)

    def scrapped(self, machine: str) -> None:
        """A machine has spoiled what it had in hand; the time before that is booked."""
        self._settle(machine)

    def energy(self, start: int, end: int, times: Mapping[str, Mapping[Status, int]]) -> Energy:
        """What the span took; *times* are the milliseconds of each machine by status. Nothing is booked after it."""
        for machine in list(self._under_way):
            self._settle(machine)
        orders: dict[str, OrderEnergy] = {}
        for name, took in self._orders.items():
            orders.setdefault(self.state.whole(name), OrderEnergy()).add(took)
        return summed(self.plant, start, end, times=times, operations=self._operations, load=self._load, orders=orders)

    def _kw_of(self, machine: str, word: Status) -> float:
        kw = self._kw[machine].get(word)
        if kw is None:
            kw = self._kw[machine][word] = _kw(self._powers[machine], word)
        return kw

    def _draw(self, rate: float, start: int, end: int) -> None:
        """Book *rate* kWh for each millisecond."""
        first = (start - self._offset) // self._interval
        if end <= (first + 1) * self._interval + self._offset:
            self._load[first] += rate * (end - start)
            return
        for number, lo, hi in self.plant.electricity.intervals(start, end):
            self._load[number] += rate * (hi - lo)

    def _settle(self, machine: str) -> None:
        """Book what operations that have not ended used so far."""
        for order, process in self._under_way.pop(machine, {}).items():
            done = process.before + sum(end - start for start, end in process.parts)
            self._spread(machine, order, process, process.used(done) - process.booked)

    def _spread(self, machine: str, order: str, process: _Process, kwh: float) -> None:
        """Book the energy of an operation evenly over the time that it was worked on in the span."""
        self._operations[machine] += kwh
        self._orders[order].operations += kwh
        worked = sum(end - start for start, end in process.parts)
        for start, end in process.parts if worked else ():
            self._draw(kwh / worked, start, end)
        if kwh and not worked:
            self._load[(max(self._start, self.state.now - 1) - self._offset) // self._interval] += kwh

    def _look_at_work_under_way(self) -> None:
        """Know of the operations that had begun before the span."""
        now = self.state.now
        for name, machine in self.state.machines.items():
            if machine.phase == "work":
                self.started(name)
                for process in self._under_way.get(name, {}).values():
                    process.before = progress(self.plant, name, machine, now)
                    process.booked = process.used(process.before)


def summed(
    plant: Plant,
    start: int,
    end: int,
    *,
    times: Mapping[str, Mapping[Status, int]],
    operations: Mapping[str, float],
    load: Mapping[int, float],
    orders: Mapping[str, OrderEnergy] | None = None,
) -> Energy:
    """What a span took whose machines had each status for so many milliseconds.

    *operations*, *load* and *orders* are as in `Energy`; the base load is not yet in the *load*.
    """
    electricity, loads = plant.electricity, defaultdict(float, load)
    for number, lo, hi in electricity.intervals(start, end) if electricity.base_load else ():
        loads[number] += electricity.base_load * (hi - lo) / HOUR
    powers = {name: plant.power(name) for name in times}
    return Energy(
        start=start,
        end=end,
        electricity=electricity,
        machines={
            name: {word: _kw(powers[name], word) * time / HOUR for word, time in by_status.items()}
            for name, by_status in times.items()
        },
        operations=dict(operations),
        base=electricity.base_load * (end - start) / HOUR,
        orders={} if orders is None else orders,
        load=dict(sorted(loads.items())),
    )


def _kw(power: Power | None, word: Status) -> float:
    """What a machine draws in a status; nothing where nobody says."""
    return 0.0 if power is None else power.at(word)


@lru_cache(maxsize=64)
def _rates(electricity: Electricity) -> tuple[Rate, ...]:
    return electricity.rates()
