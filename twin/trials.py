"""One play of the twin from a state to its end, counted as it goes: what a rehearsal does many times over.

Worker processes import this module and little else, so that they start quickly.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from plant_models.changeovers import Changeover
from plant_models.events import Event
from plant_models.orders import Order
from plant_models.plant import Plant
from plant_models.shifts import DAY, FOREVER, WEEK
from twin import compiled
from twin.arriving import check_end
from twin.chance import Luck, mix
from twin.decisions import Policy
from twin.engines import EngineName
from twin.floor import run
from twin.release import portions_left
from twin.simulated import SimulatedFloor
from twin.span import Trial, outcome
from twin.state import State
from twin.tally import Tally

PATIENCE = 20
"""How many times the work that is left a run may take before it is given up."""

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


class _Overrun(Exception):
    """The run went past its horizon."""


def seed_of_run(seed: int, index: int) -> int:
    """The seed of one run of many: 63 bits mixed from the rehearsal's seed and the run's number."""
    return mix(mix(seed & _MASK) ^ ((index + 1) * _GOLDEN & _MASK)) >> 1


def horizon(plant: Plant, state: State) -> int:
    """When a run that has not ended is given up: far past the last due date and many times the work that is left.

    The work is counted as if one machine did all of it, with its longest changeover before each step; and before each
    step an order waits as long as buffers, batches, deliveries, tools, maintenance and holds may keep it.
    """
    last, work, steps = state.now, 0, 0
    for order in state.orders.values():
        if order.has_left or order.stage == "split":
            continue
        terms = order.order
        last = max(last, terms.release, terms.due or 0)
        for step, portions in portions_left(plant, order):
            steps += len(portions)
            machines = plant.stops(terms.product)[step].machines
            work += sum(max(plant.expected_work(terms, step, m, pieces) for m in machines) for pieces in portions)
    for arrival in plant.arrivals.values():
        known = state.arrivals.get(arrival.id)
        more, latest = arrival.expected(0 if known is None else known.come, state.now)
        last = max(last, round(latest) + round(PATIENCE * (more if arrival.end is None else 0) * arrival.between.mean))
        longest = max(_most_work(plant, product, max(1, round(arrival.quantity.mean))) for product in arrival.shares)
        work, steps = work + round(more * longest), steps + round(more * _most_steps(plant, arrival.shares))
    work += steps * max((_longest(changeover) for changeover in plant.changeovers.values()), default=0)
    closed = max((end for machine in plant.machines.values() for _, end in machine.outages if end < FOREVER), default=0)
    comes = [material.replenishment for material in plant.materials.values() if material.replenishment is not None]
    closed = max((closed, *(delay.end for replenishment in comes for delay in replenishment.late)))
    return max(last, closed) + PATIENCE * work + steps * sum(_waits(plant)) + 2 * WEEK + DAY


def _most_work(plant: Plant, product: str, pieces: int) -> int:
    """Expected milliseconds of the steps of a product, each on its slowest machine."""
    order = Order(id="expected", product=product, quantity=pieces)
    stops = enumerate(plant.stops(product))
    return sum(max(plant.expected_work(order, step, m, pieces) for m in stop.machines) for step, stop in stops)


def _most_steps(plant: Plant, products: Iterable[str]) -> int:
    return max(len(plant.stops(product)) for product in products)


def _longest(changeover: Changeover) -> int:
    """Milliseconds that a changeover takes at most, every attribute changed and everything cleaned."""
    attributes = (max((change.default, *_times(change.times.values()))) for change in changeover.attributes.values())
    cleanings = (cleaning.time for cleaning in changeover.cleanings)
    return max((changeover.default, *_times(changeover.times.values()))) + sum(attributes) + sum(cleanings)


def _waits(plant: Plant) -> Iterator[int]:
    """The longest that each kind of thing beside machines may keep an order before a step, on average."""
    yield max((buffer.min_stay for buffer in plant.buffers.values()), default=0)
    yield max((m.batch.longest_wait or 0 for m in plant.machines.values() if m.batch is not None), default=0)
    deliveries = [m.replenishment for m in plant.materials.values() if m.replenishment is not None]
    yield max((d.every or 0 for d in deliveries), default=0)
    yield max((round(d.lead_time.mean) for d in deliveries if d.lead_time is not None), default=0)
    yield max((round(tool.renewal.mean) for tool in plant.tools.values() if tool.renewal is not None), default=0)
    yield max((round(t.duration.mean) for m in plant.machines.values() for t in m.maintenance), default=0)
    looks = (step.inspection for routing in plant.routings.values() for step in routing.operations if step.inspection)
    yield max((round(look.hold_time.mean) for look in looks if look.hold_time is not None), default=0)


def _times(rows: Iterable[Mapping[str, int]]) -> list[int]:
    return [time for row in rows for time in row.values()]


def play(
    plant: Plant,
    state: State,
    policy: Policy,
    chance: Luck,
    *,
    until: int | None = None,
    warm_up: int = 0,
    record: Callable[[Event], object] | None = None,
) -> Tally:
    """Let *policy* work on *state* (which is changed) until *until* and return what was counted, closed.

    Counting begins *warm_up* milliseconds after the present.

    A machine that was told to wait by whoever decided before is asked anew.

    Without *until* the run ends when every order has left. Where that does not happen (a policy that waits for ever,
    a machine that nobody repairs) the span ends at `horizon`, with the orders that are left unfinished. Where orders
    come by themselves for ever, *until* is needed.
    """
    check_end(plant, until)
    for machine in state.machines.values():
        machine.is_held = False
    give_up = horizon(plant, state) if until is None else FOREVER
    if warm_up:
        counted_from = state.now + warm_up
        run(SimulatedFloor(plant, state, chance, record), policy, counted_from)
        state.now = counted_from
    tally = Tally(plant, state)
    see = tally.see

    def happened(fact: Event) -> None:
        see(fact)
        if record is not None:
            record(fact)
        if fact.time > give_up:
            raise _Overrun

    floor = SimulatedFloor(plant, state, chance, happened)
    with contextlib.suppress(_Overrun):
        run(floor, policy, FOREVER if until is None else until)
    if until is not None:
        tally.close(max(until, state.now))
    else:
        tally.close(max(give_up, state.now) if state.unfinished else state.now)
    return tally


def trials(
    plant: Plant,
    state: State,
    policy: Policy,
    chance: Callable[[int], Luck],
    *,
    seeds: Sequence[tuple[int, int]],
    until: int | None = None,
    warm_up: int = 0,
    engine: EngineName = "simpy",
) -> list[Trial]:
    """Play once for each (index, seed), each time from a copy of *state*; the *engine* makes no difference but speed.

    Raises
    ------
    ValueError
        Where the compiled engine cannot play that (`twin.compiled.refusals` says why).
    """
    if engine == "compiled":
        give_up = horizon(plant, state) if until is None else FOREVER
        return compiled.trials(plant, state, policy, chance, seeds=seeds, until=until, warm_up=warm_up, give_up=give_up)
    orders = [name for name, order in state.book() if not order.has_left]
    return [
        _trial(play(plant, state.copy(), policy, chance(seed), until=until, warm_up=warm_up), index, orders)
        for index, seed in seeds
    ]


def _trial(tally: Tally, index: int, orders: Iterable[str]) -> Trial:
    """The run as a trial, with the fate of *orders*, those that left during the warm-up among them."""
    outcomes, end = [outcome(name, tally.state.orders[name]) for name in orders], tally.end
    assert end is not None  # play has closed it
    return Trial(
        index,
        end,
        tuple(tally.figures().values()),
        tuple(o.finished_at for o in outcomes),
        tuple(o.is_on_time(end) for o in outcomes),
    )
