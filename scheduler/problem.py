"""From a plant and its live state to integers: what is left to do, where, how long it takes, and what is in the way.

Every time is rounded in the problem's favour (work down, closed hours inwards, due dates up), so that no plan of the
plant is better than the best of the problem: bounds hold to the millisecond. The plan itself is timed by the twin.
What is left out here (`scheduler.left_out`) only makes things later, too.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from plant_models.batch import Batch
from plant_models.orders import Order
from plant_models.plant import Plant
from plant_models.shifts import FOREVER, MINUTE, Window
from scheduler.axis import Axis, closed_windows, common
from twin.needs.batches import common as common_key
from twin.state import OrderState, State, progress

TICKS = (1, 10, 100, 1_000, 5_000, 10_000, 30_000, MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE)
"""The lengths of a tick, in milliseconds, of which the first that is coarse enough is taken."""

FINE_ENOUGH = 200_000
"""How many ticks to the horizon the solver is given at most, unless coarser ticks lose nothing."""


@dataclass(frozen=True, slots=True)
class Task:
    """A step that has not begun: *work* ticks by machine, not before *ready* nor *stay* ticks after the step before.

    It brings *pieces* to a machine that works in batches; *together* says, for each of these, what those have in common
    that can go in one.
    """

    order: str
    step: int
    family: str
    ready: int
    work: Mapping[str, int]
    stay: int = 0
    pieces: int = 1
    together: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """An order's steps still to begin. *begun_until* is when work on it that goes on already ends, in ticks."""

    order: Order
    tasks: tuple[Task, ...]
    begun_until: int


@dataclass(frozen=True, slots=True)
class Place:
    """A machine as the problem sees it: *free* from a tick on, set up for *family*, *closed* between ticks.

    Work that a closure meets goes on after it where *pauses*. Elsewhere it goes straight through, also through the
    hours that are cut out of the axis: *passes* are those cuts, each with the ticks of work that it can swallow.
    With a *batch* it works on several steps at once.
    """

    free: int
    family: str | None
    closed: tuple[Window, ...]
    pauses: bool
    passes: tuple[tuple[int, int], ...] = ()
    batch: Batch | None = None

    def size(self, task: Task) -> int:
        """How much of a batch a task takes up."""
        if self.batch is None or self.batch.counts == "orders":
            return 1
        return min(task.pieces, self.batch.most)


@dataclass(frozen=True)
class Problem:
    """What is left to do in a plant, in ticks of *tick* milliseconds from now, without hours closed for all."""

    plant: Plant
    state: State
    tick: int
    is_exact: bool
    axis: Axis
    horizon: int
    jobs: tuple[Job, ...]
    places: Mapping[str, Place]

    @property
    def now(self) -> int:
        """When it is posed, in milliseconds since the epoch."""
        return self.state.now

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """Every step still to begin."""
        return tuple(task for job in self.jobs for task in job.tasks)

    @cached_property
    def gaps(self) -> tuple[Window, ...]:
        """Where hours are cut out of the axis, in ticks, and how many milliseconds each cut is long."""
        pairs = zip(self.axis.places, self.axis.cuts, strict=True)
        return tuple((-(-place // self.tick), end - start) for place, (start, end) in pairs)

    def on(self, machine: str) -> list[Task]:
        """The tasks that *machine* could take."""
        return [task for task in self.tasks if machine in task.work]

    def setup(self, machine: str, before: str | None, after: str) -> int:
        """Ticks to change *machine* from one family to another; a machine that works in batches is not changed over."""
        if self.places[machine].batch is not None:
            return 0
        return setup_time(self.plant, machine, before, after) // self.tick

    @cached_property
    def with_setups(self) -> frozenset[str]:
        """The machines on which a changeover between what could be made there takes time."""
        found = set()
        for machine, place in self.places.items():
            families = {task.family for task in self.on(machine)}
            befores = {place.family, *families}
            if any(self.setup(machine, before, after) for before in befores for after in families):
                found.add(machine)
        return frozenset(found)

    def time(self, ticks: int) -> int:
        """The time, since the epoch, of something that ends after *ticks*."""
        return self.axis.end(ticks * self.tick)


def setup_time(plant: Plant, machine: str, before: str | None, after: str) -> int:
    """Milliseconds to change *machine* from family *before* to family *after*."""
    return plant.changeover_time(machine, before, after)


def work_time(plant: Plant, order: Order, step: int, machine: str, quantity: int) -> int:
    """Milliseconds of *step* on *machine* in a certain world, to the millisecond as the twin counts them.

    On a machine that wears out it is the time at the level of its wear at which it is fastest.
    """
    wear = plant.machines[machine].wear
    speed = plant.machines[machine].speed
    if wear is not None:
        speed *= max(1.0, *(level.speed for level in wear.levels[1:]))
    return plant.operations(order)[step].mean_work(machine, quantity, speed)


def up_again(plant: Plant, state: State, machine: str) -> int:
    """When *machine* is expected to be up: now, or after the mean repair; FOREVER if nothing says when."""
    now, known = state.now, state.machines[machine]
    tasks = plant.machines[machine].maintenance
    if known.maintenance is not None and known.maintenance < len(tasks):
        now = max(now, known.maintenance_since + round(tasks[known.maintenance].duration.mean))
    if known.down is None:
        return now
    ways = plant.machines[machine].failures
    if not ways:
        return FOREVER
    way = ways[known.down if known.down < len(ways) else 0]
    return max(now, known.down_since + round(way.time_to_repair.mean))


def pauses(plant: Plant, machine: str) -> bool:
    """Whether the end of a shift stops *machine* in the middle of its work."""
    return plant.work_centers[plant.machines[machine].work_center].at_shift_end != "finish"


def work_ends(plant: Plant, machine: str, start: int, work: int) -> int:
    """When *work* milliseconds that *machine* begins at *start* are done."""
    hours = plant.hours(machine)
    if start >= FOREVER or hours is None or not pauses(plant, machine):
        return min(start + work, FOREVER)
    return hours.finish(start, work)


def begun_until(plant: Plant, state: State, machine: str) -> int:
    """When the work that *machine* has in hand is expected to end; when it can take something, if it has none."""
    known, ready = state.machines[machine], up_again(plant, state, machine)
    if known.order is None or known.phase not in ("setup", "work"):
        return ready
    order = state.orders[known.order]
    done = progress(plant, machine, known, state.now)
    work = work_time(plant, order.order, order.step, machine, order.quantity)
    if known.phase == "work":
        return work_ends(plant, machine, ready, max(0, work - done))
    setup = plant.setup_time(machine, known.family, order.order.product, order.step)
    return work_ends(plant, machine, ready, max(0, setup - done) + work)


def divides(plant: Plant, order: OrderState) -> str | None:
    """The step before which an order divides into lots, or did and they have not merged; None where it goes in one."""
    operations = plant.operations(order.order)
    if order.stage == "split" or order.parent is not None:
        return operations[order.step].id
    for operation in operations[order.step :]:
        if operation.split is not None and order.quantity > operation.split:
            return operation.id
    return None


def steps_to_begin(plant: Plant, order: OrderState) -> Iterator[tuple[int, int]]:
    """The steps of an order that have not begun, each with the pieces that are expected to come to it.

    Where orders branch off it goes the way that most of them go; one that is expected to be sent back goes on. What
    wear adds to the scrap depends on when a machine works and is not expected here; see `fewest`.
    """
    quantity, operations, step = order.quantity, plant.stops(order.order.product), order.step
    while step < len(operations):
        if step > order.step or not order.in_hand:
            yield step, quantity
        quantity -= int(quantity * operations[step].operation.scrap + 0.5)
        if quantity == 0:
            return
        step = max(step + 1, expected_after(operations[step].branches, step))


def fewest(plant: Plant, order: OrderState) -> Iterator[tuple[int, int]]:
    """The steps of an order that have not begun, each with the fewest pieces that may come to it by the wear.

    There is at least one, as the step would not be reached otherwise.
    """
    stops, least, last = plant.stops(order.order.product), order.quantity, order.step
    for step, pieces in steps_to_begin(plant, order):
        for passed in range(last, step):
            stop = stops[passed]
            wears = [wear for m in stop.machines if (wear := plant.machines[m].wear) is not None]
            worst = max((level.scrap for wear in wears for level in wear.levels), default=0.0)
            share = stop.operation.scrap + (1 - stop.operation.scrap) * worst
            least -= int(least * share + 0.5)
        last = step
        yield step, max(1, min(pieces, least))


def expected_after(branches: Sequence[tuple[int, float]], step: int) -> int:
    """The step to which an order goes after *step* in a certain world: the middle one, as the twin takes it."""
    lot = 0.5
    for following, share in branches:
        lot -= share
        if lot < 0:
            return following
    return branches[-1][0] if branches else step + 1


def latest_end(plant: Plant, state: State) -> int:
    """A time by which everything could be done one after another, on the slowest machines; FOREVER if never."""
    families = {product.family for product in plant.products.values()}
    begun = [begun_until(plant, state, m) for m, known in state.machines.items() if known.order is not None]
    releases = [o.order.release for o in state.orders.values() if o.stage == "planned"]
    time = max((state.now, *begun, *releases))
    for order in state.orders.values():
        if order.has_left:
            continue
        for step, quantity in steps_to_begin(plant, order):
            family = plant.products[order.order.product].family
            time += stay(plant, plant.stops(order.order.product)[step].place)
            ends = [time]
            for machine in plant.operations(order.order)[step].machines:
                setup = max(setup_time(plant, machine, before, family) for before in families)
                work = setup + work_time(plant, order.order, step, machine, quantity)
                batch = plant.machines[machine].batch
                work += (batch.longest_wait or 0) if batch is not None else 0
                ends.append(
                    work_ends(plant, machine, opens(plant, machine, max(time, up_again(plant, state, machine))), work)
                )
            time = max(ends)
            if time >= FOREVER:
                return FOREVER
    return time


def opens(plant: Plant, machine: str, time: int) -> int:
    """When *machine* may begin something, from *time* on: then, or when it opens next."""
    hours = plant.hours(machine)
    return time if time >= FOREVER or hours is None or hours.is_open(time) else hours.next_change(time)


def read(plant: Plant, state: State, *, horizon: int) -> Problem:
    """The problem that a floor poses now, looking ahead until *horizon* (time since the epoch)."""
    works = {
        (name, step): {
            m: work_time(plant, o.order, step, m, quantity) for m in plant.operations(o.order)[step].machines
        }
        for name, o in state.orders.items()
        if not o.has_left
        for step, quantity in fewest(plant, o)
    }
    machines = sorted({m for work in works.values() for m in work})
    closed = {m: closed_windows(plant.hours(m), state.now, horizon) for m in machines}
    has_stays = any(stay(plant, plant.stops(state.orders[name].order.product)[step].place) for name, step in works)
    cuts = () if has_stays else common([closed[m] for m in machines])
    axis = Axis(state.now, cuts)
    on_axis = {m: [(axis.at(a), axis.at(b)) for a, b in closed[m] if axis.at(a) < axis.at(b)] for m in machines}
    free = {m: begun_until(plant, state, m) for m in machines}
    tick, is_exact = _tick(plant, state, axis, works, on_axis, free, horizon)
    passes = tuple(
        (-(-a // tick), -(-(end - start) // tick)) for a, (start, end) in zip(axis.places, cuts, strict=True)
    )
    places = {
        m: Place(
            min(axis.at(min(free[m], horizon)), axis.at(horizon)) // tick,
            _family(plant, state, m),
            tuple((-(-a // tick), b // tick) for a, b in on_axis[m] if -(-a // tick) < b // tick),
            pauses(plant, m),
            () if pauses(plant, m) else passes,
            plant.machines[m].batch,
        )
        for m in machines
    }
    jobs = tuple(_job(plant, state, o, works, axis, tick) for o in state.orders.values() if not o.has_left)
    return Problem(plant, state, tick, is_exact, axis, -(-axis.at(horizon) // tick), jobs, places)


def _job(
    plant: Plant,
    state: State,
    order: OrderState,
    works: Mapping[tuple[str, int], Mapping[str, int]],
    axis: Axis,
    tick: int,
) -> Job:
    name, product = order.order.id, order.order.product
    ready = max(state.now, order.order.release) if order.stage == "planned" else state.now
    if order.in_hand:
        ready = begun_until(plant, state, order.in_hand)
    begun = axis.at(ready) // tick
    first, tasks = True, []
    for step, pieces in steps_to_begin(plant, order):
        place = plant.stops(product)[step].place
        tasks.append(
            Task(
                name,
                step,
                plant.products[product].family,
                axis.at(may_begin(plant, order, step, ready)) // tick if first else begun,
                {m: w // tick for m, w in works[name, step].items()},
                0 if first else stay(plant, place) // tick,
                pieces,
                {m: common_key(plant, m, product, step) for m in works[name, step] if plant.machines[m].batch},
            )
        )
        first = False
    return Job(order.order, tuple(tasks), begun if order.in_hand else 0)


def stay(plant: Plant, place: str) -> int:
    """Milliseconds that orders have to stay in a buffer before anybody takes them."""
    return plant.buffers[place].min_stay


def may_begin(plant: Plant, order: OrderState, step: int, ready: int) -> int:
    """When an order that is *ready* for its next step at that time may begin it: when it has stayed long enough."""
    shortest = stay(plant, plant.stops(order.order.product)[step].place)
    return max(ready, order.since + shortest) if order.stage == "waiting" else ready + shortest


def _family(plant: Plant, state: State, machine: str) -> str | None:
    """What *machine* is set up for once the work it has in hand is done."""
    known = state.machines[machine]
    if known.order is None or known.phase == "done":
        return known.family
    return plant.products[state.orders[known.order].order.product].family


def _tick(
    plant: Plant,
    state: State,
    axis: Axis,
    works: Mapping[tuple[str, int], Mapping[str, int]],
    closed: Mapping[str, list[Window]],
    free: Mapping[str, int],
    horizon: int,
) -> tuple[int, bool]:
    """How many milliseconds a tick has, and whether every time is a whole number of them."""
    families = {product.family for product in plant.products.values()}
    times = {w for work in works.values() for w in work.values()}
    times |= {setup_time(plant, m, a, b) for m in free for a in families for b in families}
    times |= {axis.at(f) for f in free.values() if f < FOREVER}
    times |= {edge for windows in closed.values() for window in windows for edge in window}
    times |= set(axis.places) | {end - start for start, end in axis.cuts}
    for order in state.orders.values():
        if order.stage == "planned":
            times.add(axis.at(max(state.now, order.order.release)))
        if order.in_hand and begun_until(plant, state, order.in_hand) < FOREVER:
            times.add(axis.at(begun_until(plant, state, order.in_hand)))
        if order.stage == "waiting":
            times.add(axis.at(max(state.now, may_begin(plant, order, order.step, state.now))))
    times |= {buffer.min_stay for buffer in plant.buffers.values()}
    whole = math.gcd(*times) or MINUTE
    wanted = max(1, axis.at(horizon) // FINE_ENOUGH)
    if whole >= wanted:
        return whole, True
    return next((t for t in TICKS if t >= wanted), TICKS[-1]), False
