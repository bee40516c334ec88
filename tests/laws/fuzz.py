"""A long search for a plant that breaks a law: ``python -m tests.laws.fuzz --cases 10000 --seed 1``.

Each case is a random plant with any of the features, orders, a future and a rule. It is played to a random instant,
with every fact checked; forked there, where the fork must live the life of its original; changed there by random edits,
which are refused in words or played on; and played without a horizon, where it must come to an end. What fails is made
as small as can be and printed, with the seed that finds it again.

With ``--of engines`` each world is played on both engines instead, from its opening and from a random instant, with its
own luck, another and none, under a rule and a plan: any difference is a failure.
"""

import argparse
import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from plant_models.errors import InvalidPlant
from plant_models.events import Event
from plant_models.orders import Order
from plant_models.plant import Plant
from plant_models.scenario import Scenario
from plant_models.shifts import FOREVER, HOUR, MINUTE
from tests.laws.always import check
from tests.laws.engines import CUTS, live_twice, plans
from tests.laws.playable import playable
from tests.laws.worlds import FAR, World, worlds
from twin import changes
from twin.chance import Chance
from twin.floor import run
from twin.policies.rules import RULES
from twin.simulated import SimulatedFloor
from twin.state import State

MOST_FACTS = 300_000
"""A case with more facts than this goes round in circles."""
LONGEST = 60
"""Seconds of a processor after which a case hangs, however busy the machine is."""


class Watched:
    """A record of facts that checks the floor after each of them.

    A fork that lives the life of its original comes through the same states: there the facts alone are kept.
    """

    def __init__(self, plant: Plant, state: State, *, is_fork: bool = False) -> None:
        self.plant, self.state, self._is_fork = plant, state, is_fork
        self.facts: list[Event] = []

    def __call__(self, fact: Event) -> None:
        assert not self.facts or self.facts[-1].time <= fact.time, f"{fact} comes after {self.facts[-1]}"
        self.facts.append(fact)
        assert len(self.facts) < MOST_FACTS, "the floor goes round in circles"
        if not self._is_fork:
            check(self.plant, self.state)


@st.composite
def edits(draw: st.DrawFn, world: World) -> list[changes.Change]:
    """Up to three things that a planner may ask about."""
    machine = draw(st.sampled_from(sorted(world.plant.machines)))
    order = draw(st.sampled_from([order.id for order in world.orders]))
    start = draw(st.integers(0, 40)) * HOUR
    known: list[changes.Change] = [
        changes.MachineDown(machine, start, start + draw(st.integers(1, 300)) * MINUTE),
        changes.Priority(order, draw(st.integers(-1, 2))),
        changes.AddOrder(Order(id="rush", product=world.orders[0].product, quantity=2, due=start + HOUR, weight=5)),
        changes.CancelOrder(order),
        changes.DueDate(order, start),
        changes.Quantity(order, draw(st.integers(1, 5))),
        changes.Weight(order, 3.0),
        changes.Speed(machine, draw(st.sampled_from((0.5, 1.1, 2.0)))),
        changes.ExtraShift(world.plant.machines[machine].work_center, start, start + 3 * HOUR),
        changes.BufferSize(draw(st.sampled_from(sorted(world.plant.buffers))), draw(st.integers(0, 4))),
        changes.CrewSize(draw(st.sampled_from(sorted(world.plant.crews))), draw(st.integers(1, 3))),
        changes.CrewOvertime(draw(st.sampled_from(sorted(world.plant.crews))), start, start + 3 * HOUR),
        changes.ToolCount(draw(st.sampled_from(sorted(world.plant.tools))), draw(st.integers(1, 3))),
        changes.OtherRule(draw(st.sampled_from(sorted(RULES)))),
        changes.FailureTime(machine, draw(st.integers(1, 200)) * MINUTE),
        changes.RepairTime(machine, draw(st.integers(1, 200)) * MINUTE),
        changes.ChangeoverTime(world.plant.machines[machine].work_center, draw(st.sampled_from((0.0, 0.5, 2.0)))),
    ]
    if world.plant.arrivals:
        stream = draw(st.sampled_from(sorted(world.plant.arrivals)))
        known.append(changes.Demand(stream, draw(st.sampled_from((0.5, 3.0)))))
    if world.plant.materials:
        material = draw(st.sampled_from(sorted(world.plant.materials)))
        known.append(changes.LateDelivery(material, start, start + draw(st.integers(1, 600)) * MINUTE))
        known.append(changes.StockChange(material, draw(st.integers(0, 9))))
    return draw(st.lists(st.sampled_from(known), max_size=3))


def live_through(world: World, cut: int, asked: Sequence[changes.Change], told: Counter[str]) -> None:
    """One case."""
    floor = world.floor()
    watched = Watched(world.plant, floor.state)
    floor = SimulatedFloor(world.plant, floor.state, Chance(world.seed), watched)
    run(floor, world.policy, cut)
    before = len(watched.facts)
    forked = floor.state.copy()
    again = Watched(world.plant, forked, is_fork=True)
    fork = SimulatedFloor(world.plant, forked, Chance(world.seed), again)
    edited = _edited(world, floor.state, asked, told)
    run(floor, world.policy, FAR)
    run(fork, world.policy, FAR)
    assert again.facts == watched.facts[before:], "the fork lives another life"
    assert fork.state == floor.state, "the fork stands elsewhere in the end"
    told["facts"] += len(watched.facts)
    told["deadlocks"] += floor.deadlock is not None
    told["finished"] += floor.state.unfinished == 0
    if edited is not None:
        plant, state = edited
        changed = SimulatedFloor(plant, state, Chance(world.seed), Watched(plant, state))
        run(changed, world.policy, FOREVER)
        told["edited"] += 1


def _edited(
    world: World, state: State, asked: Sequence[changes.Change], told: Counter[str]
) -> tuple[Plant, State] | None:
    scenario = Scenario(id="fuzz", plant=world.plant, orders=world.orders)
    try:
        changed, there = changes.live(scenario, state, asked)
    except InvalidPlant as refusal:
        assert str(refusal), "refused without a word"
        told["refused"] += 1
        return None
    return changed.plant, there


Case = Callable[[st.DataObject, "Counter[str]"], None]


def case_of_floor(data: st.DataObject, told: Counter[str]) -> None:
    """A world on the simulated floor."""
    world = data.draw(worlds(orders=8))
    cut = data.draw(st.integers(0, 3000)) * MINUTE
    live_through(world, cut, data.draw(edits(world)), told)


def case_of_engines(data: st.DataObject, told: Counter[str]) -> None:
    """A world on both engines."""
    world = data.draw(playable(orders=8))
    live_twice(world, data.draw(CUTS), data.draw(st.integers(0, 2**64)), data.draw(plans(world)), told)


CASES: Mapping[str, Case] = {"floor": case_of_floor, "engines": case_of_engines}


def search(of: str, cases: int, start: int, report: "multiprocessing.Queue[Any]") -> None:
    """Try so many cases from one seed, and report what was seen."""
    told: Counter[str] = Counter()
    signal.signal(signal.SIGVTALRM, _hangs)

    @seed(start)
    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(st.data())
    def case(data: st.DataObject) -> None:
        told["cases"] += 1
        signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
        try:
            CASES[of](data, told)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)

    failure = _failure_of(case)
    report.put((dict(told), failure))


def _failure_of(case: Callable[[], None]) -> str | None:
    try:
        case()
    except BaseException:
        return traceback.format_exc()
    return None


def _hangs(number: int, frame: object) -> None:
    raise AssertionError(f"a case hangs: it took more than {LONGEST} s")


def main() -> int:
    """Search in all processors; 0 where nothing was found."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--of", choices=sorted(CASES), default="floor")
    asked.add_argument("--cases", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = asked.parse_args()
    context = multiprocessing.get_context("spawn")
    report = context.Queue()
    begun = time.monotonic()
    shares = [options.cases // options.workers + (n < options.cases % options.workers) for n in range(options.workers)]
    workers = [
        context.Process(target=search, args=(options.of, share, options.seed * 1000 + n, report))
        for n, share in enumerate(shares)
    ]
    for worker in workers:
        worker.start()
    told: Counter[str] = Counter()
    failures = []
    for _ in workers:
        seen, failure = report.get()
        told.update(seen)
        failures += [failure] if failure else []
    for worker in workers:
        worker.join()
    print(f"{', '.join(f'{count:,} {what}' for what, count in told.items())}, in {time.monotonic() - begun:.0f} s")
    for failure in failures:
        print(failure, file=sys.stderr)
    print(f"seed {options.seed}: {'found something, see above' if failures else 'found nothing'}")
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
