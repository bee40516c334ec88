"""Plants by parameters: lines, job shops and flexible job shops; the same seed gives the same plant everywhere.

References
----------
Taillard (1993), Benchmarks for basic scheduling problems, European Journal of Operational Research 64: the generator
of the published flow shops and job shops.
Steele, Lea & Flood (2014), Fast splittable pseudorandom number generators, OOPSLA: the mixing of seeds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from plant_models.distributions import Constant, Distribution
from plant_models.instances import Step, shop
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Buffer, Failure, Machine, Plant, WorkCenter
from plant_models.scenario import Scenario
from plant_models.shifts import MINUTE

A_MINUTE = Constant(MINUTE)
"""The time of an order on a machine where nothing else is said."""
_MASK = (1 << 64) - 1
_T = TypeVar("_T")


@dataclass(slots=True)
class _Dice:
    """Numbers by lot, fixed by a seed (splitmix64)."""

    state: int

    def below(self, count: int) -> int:
        """A whole number from 0 to *count* - 1."""
        self.state = (self.state + 0x9E3779B97F4A7C15) & _MASK
        value = (self.state ^ (self.state >> 30)) * 0xBF58476D1CE4E5B9 & _MASK
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB & _MASK
        return ((value ^ (value >> 31)) >> 11) * count >> 53

    def between(self, low: int, high: int) -> int:
        """A whole number from *low* to *high*, both included."""
        return low + self.below(high - low + 1)

    def shuffled(self, things: Sequence[_T]) -> list[_T]:
        """*things* in any order."""
        found = list(things)
        for at in range(len(found) - 1, 0, -1):
            other = self.below(at + 1)
            found[at], found[other] = found[other], found[at]
        return found


def flow_line(
    machines: int = 5,
    *,
    buffers: int | Sequence[int | None] | None = None,
    work: Distribution | Sequence[Distribution] = A_MINUTE,
    spread: float = 0.0,
    failures: Sequence[Failure] = (),
    orders: int = 100,
    every: int = 0,
    quantity: int = 1,
    blocking: Literal["after_service", "before_service"] = "after_service",
    seed: int = 1,
    name: str = "flow-line",
) -> Scenario:
    """Machines in a row, each with a first-in-first-out buffer before it; the first one's has no limit.

    Parameters
    ----------
    machines
        How many, called m1, m2, and so on.
    buffers
        How many orders have room between two machines: one number for all gaps, or one for each of the
        *machines* - 1 gaps; None for any number.
    work
        The time an order takes: one for all machines, or one for each.
    spread
        By how much the pace of machines differs: 0.2 makes each up to 20 % slower or faster, by lot.
    every
        Milliseconds between the releases of two orders; 0 releases all at once.

    Examples
    --------
    >>> line = flow_line(3, buffers=2, orders=10)
    >>> list(line.plant.machines), line.plant.buffers["m2"].capacity
    (['m1', 'm2', 'm3'], 2)
    """
    _at_least("machines", machines, 1)
    _at_least("orders", orders, 0)
    if not 0 <= spread < 1:
        raise ValueError(f"spread: wanted at least 0 and below 1, not {spread}")
    dice, names = _Dice(seed), [f"m{number}" for number in range(1, machines + 1)]
    rooms = [buffers] * (machines - 1) if buffers is None or isinstance(buffers, int) else list(buffers)
    works = list(work) if isinstance(work, Sequence) else [work] * machines
    _one_each("buffers", rooms, machines - 1)
    _one_each("work", works, machines)
    paces = [1 + spread * (dice.below(2001) - 1000) / 1000 for _ in names] if spread else [1.0] * machines
    times = [time.scaled(pace) if pace != 1 else time for time, pace in zip(works, paces, strict=True)]
    steps = tuple(Operation(id=m, machines={m: time}) for m, time in zip(names, times, strict=True))
    plant = Plant(
        id=name,
        work_centers={m: WorkCenter(id=m, buffer=m, blocking=blocking) for m in names},
        machines={m: Machine(id=m, work_center=m, failures=tuple(failures)) for m in names},
        buffers={
            m: Buffer(id=m, capacity=room, discipline="fifo") for m, room in zip(names, [None, *rooms], strict=True)
        },
        routings={"part": Routing(id="part", operations=steps)},
        products={"part": Product(id="part", routing="part")},
    )
    book = tuple(
        Order(id=f"o{number + 1:0{len(str(orders))}}", product="part", quantity=quantity, release=number * every)
        for number in range(orders)
    )
    return Scenario(id=name, plant=plant, orders=book)


def job_shop(
    jobs: int = 10,
    machines: int = 5,
    *,
    seed: int = 1,
    shortest: int = 1,
    longest: int = 99,
    unit: int = MINUTE,
    due: float | None = None,
    name: str | None = None,
) -> Scenario:
    """Each job visits every machine once, in an order of its own, for *shortest* to *longest* times *unit*.

    With *due*, an order is wanted after that many times its own work.

    Examples
    --------
    >>> job_shop(3, 2, seed=7) == job_shop(3, 2, seed=7)
    True
    """
    _check_shop(jobs, machines, shortest, longest)
    dice, names = _Dice(seed), [f"m{number}" for number in range(machines)]
    steps: list[list[Step]] = [
        [{machine: dice.between(shortest, longest) * unit} for machine in dice.shuffled(names)] for _ in range(jobs)
    ]
    return _with_due(shop(name or f"job-shop-{jobs}x{machines}-{seed}", steps, names), due)


def flexible_job_shop(
    jobs: int = 10,
    machines: int = 5,
    *,
    seed: int = 1,
    operations: tuple[int, int] = (3, 6),
    alternatives: tuple[int, int] = (1, 3),
    shortest: int = 1,
    longest: int = 99,
    unit: int = MINUTE,
    due: float | None = None,
    name: str | None = None,
) -> Scenario:
    """Each job has from so many to so many *operations*, each with as many *alternatives*, each with its own time.

    Examples
    --------
    >>> len(flexible_job_shop(4, 3, seed=2).orders)
    4
    """
    _check_shop(jobs, machines, shortest, longest)
    most = min(alternatives[1], machines)
    if not 1 <= operations[0] <= operations[1] or not 1 <= alternatives[0] <= most:
        raise ValueError(f"operations {operations}, alternatives {alternatives}: wanted at least 1, low before high")
    dice, names = _Dice(seed), [f"m{number}" for number in range(1, machines + 1)]
    steps: list[list[Step]] = [
        [
            {
                machine: dice.between(shortest, longest) * unit
                for machine in sorted(_some(dice, names, alternatives[0], most))
            }
            for _ in range(dice.between(*operations))
        ]
        for _ in range(jobs)
    ]
    made = shop(name or f"flexible-job-shop-{jobs}x{machines}-{seed}", steps, names, work_center="shop")
    return _with_due(made, due)


def taillard(
    jobs: int,
    machines: int,
    time_seed: int,
    machine_seed: int | None = None,
    *,
    unit: int = MINUTE,
    name: str | None = None,
) -> Scenario:
    """The published flow shop of Taillard with these seeds, or with a machine seed the published job shop.

    Orders are j1, j2, ...; machines m0, m1, ...; times are 1 to 99 times *unit*. In a flow shop every job visits the
    machines in order, behind first-in-first-out buffers, so that the sequence on the first is that on all.

    Examples
    --------
    >>> ta001 = taillard(20, 5, 873654221)
    >>> [round(ta001.plant.expected_work(order, 0, "m0") / 60_000) for order in ta001.orders[:5]]
    [54, 83, 15, 71, 77]
    """
    _check_shop(jobs, machines, 1, 99)
    times, names = _Uniform(time_seed), [f"m{number}" for number in range(machines)]
    if machine_seed is None:
        rows = [[times(1, 99) for _ in range(jobs)] for _ in names]
        steps: list[list[Step]] = [[{m: rows[at][job] * unit} for at, m in enumerate(names)] for job in range(jobs)]
        made = shop(name or f"taillard-flow-{jobs}x{machines}-{time_seed}", steps, names)
        lined = {m: replace(buffer, discipline="fifo") for m, buffer in made.plant.buffers.items() if m != names[0]}
        return replace(made, plant=replace(made.plant, buffers=dict(made.plant.buffers) | lined))
    table = [[times(1, 99) for _ in names] for _ in range(jobs)]
    ways, swap = [list(names) for _ in range(jobs)], _Uniform(machine_seed)
    for way in ways:
        for at in range(machines):
            other = swap(at + 1, machines) - 1
            way[at], way[other] = way[other], way[at]
    steps = [[{m: time * unit} for m, time in zip(way, row, strict=True)] for way, row in zip(ways, table, strict=True)]
    return shop(name or f"taillard-job-{jobs}x{machines}-{time_seed}-{machine_seed}", steps, names)


class _Uniform:
    """Taillard's linear congruential generator: 16807 times the last, modulo 2^31 - 1."""

    def __init__(self, seed: int) -> None:
        if not 0 < seed < 2**31 - 1:
            raise ValueError(f"seed: wanted 1 to {2**31 - 2}, not {seed}")
        self._seed = seed

    def __call__(self, low: int, high: int) -> int:
        self._seed = 16807 * self._seed % (2**31 - 1)
        return low + self._seed * (high - low + 1) // (2**31 - 1)


def _some(dice: _Dice, names: Sequence[str], low: int, high: int) -> list[str]:
    return dice.shuffled(names)[: dice.between(low, high)]


def _with_due(scenario: Scenario, due: float | None) -> Scenario:
    if due is None:
        return scenario
    if not 0 <= due < float("inf"):
        raise ValueError(f"due: wanted at least 0, not {due}")
    return scenario.with_orders(
        tuple(replace(order, due=round(due * _work(scenario.plant, order))) for order in scenario.orders)
    )


def _work(plant: Plant, order: Order) -> float:
    """The work in an order, on its mean machines."""
    return sum(
        sum(t.mean for t in operation.machines.values()) / len(operation.machines)
        for operation in plant.operations(order)
    )


def _check_shop(jobs: int, machines: int, shortest: int, longest: int) -> None:
    _at_least("jobs", jobs, 1)
    _at_least("machines", machines, 1)
    if not 0 <= shortest <= longest:
        raise ValueError(f"times: wanted 0 <= shortest <= longest, not {shortest} and {longest}")


def _at_least(what: str, count: int, least: int) -> None:
    if count < least:
        raise ValueError(f"{what}: wanted at least {least}, not {count}")


def _one_each(what: str, given: Sequence[object], count: int) -> None:
    if len(given) != count:
        raise ValueError(f"{what}: wanted {count}, one for each, not {len(given)}")
