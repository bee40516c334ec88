"""What stops and slows machines, on plants small enough to be worked out by hand."""

from dataclasses import replace
from typing import Any

import pytest

from plant_models.batch import Batch
from plant_models.distributions import Constant, Distribution, Exponential, Trace
from plant_models.errors import InvalidPlant
from plant_models.events import (
    BrokeDown,
    Event,
    Finished,
    MaintenanceEnded,
    MaintenanceStarted,
    OrderReleased,
    Repaired,
    RepairStarted,
    Scrapped,
    Started,
    Worn,
)
from plant_models.orders import Order
from plant_models.plant import Crew, Failure, Maintenance, Plant, Release, Wear, WearLevel
from plant_models.shifts import DAY, FOREVER, HOUR, MINUTE, Shifts
from tests.twin import shops
from tests.twin.shops import minutes
from twin.chance import Chance
from twin.floor import run
from twin.kpi import Kpis, measure
from twin.lateness import order_times
from twin.policies.rules import fifo
from twin.simulated import SimulatedFloor
from twin.state import State, opening

KEPT = (MaintenanceStarted, MaintenanceEnded, Finished)


def line(*times: Distribution, hours: Shifts | None = None) -> Plant:
    """Machines m0, m1, ... in a row, and one fitter."""
    return replace(shops.line(*times, hours=hours), crews={"fitters": Crew(id="fitters")})


def with_machine(plant: Plant, name: str = "m0", **changes: Any) -> Plant:
    return replace(plant, machines={**plant.machines, name: replace(plant.machines[name], **changes)})


def orders(*releases: float) -> list[Order]:
    return [Order(id=f"o{n}", product="p", release=round(release * MINUTE)) for n, release in enumerate(releases)]


def played(plant: Plant, book: list[Order], until: float = FOREVER) -> tuple[list[Event], State]:
    facts: list[Event] = []
    floor = SimulatedFloor(plant, opening(plant, book), Chance(1), facts.append)
    run(floor, fifo, round(until * MINUTE) if until < FOREVER else FOREVER)
    return facts, floor.state


def told(plant: Plant, book: list[Order], *kinds: type[Any], until: float = FOREVER) -> list[tuple[str, float]]:
    facts, _ = played(plant, book, until)
    return [(type(fact).__name__, fact.time / MINUTE) for fact in facts if isinstance(fact, kinds)]


def measured(plant: Plant, book: list[Order], until: float) -> Kpis:
    facts, _ = played(plant, book, until)
    return measure(plant, opening(plant, book), facts, round(until * MINUTE))


def failing(after: float = 6, lasts: float = 3, **more: Any) -> Failure:
    times = {"time_to_failure": Constant(after * MINUTE), "time_to_repair": Constant(lasts * MINUTE)}
    return Failure(**{"id": "way", "clock": "working", **times, **more})


def task(lasts: float = 2, **more: Any) -> Maintenance:
    return Maintenance(**{"id": "service", "duration": Constant(lasts * MINUTE), **more})


def worn(*stays: float, speeds: tuple[float, ...] = (), scraps: tuple[float, ...] = ()) -> Wear:
    times: list[Distribution | None] = [*minutes(*stays), None]
    return Wear(
        levels=tuple(
            WearLevel(
                id=f"level-{n}",
                time_to_next=time,
                speed=speeds[n] if speeds else 1.0,
                scrap=scraps[n] if scraps else 0.0,
            )
            for n, time in enumerate(times)
        )
    )


# -- what becomes of work that a breakdown interrupts -----------------------------------------------------------------


def test_work_that_is_resumed_goes_on_where_it_was() -> None:
    plant = with_machine(line(*minutes(10)), failures=(failing(),))
    assert told(plant, orders(0), BrokeDown, Repaired, Finished) == [
        ("BrokeDown", 6),
        ("Repaired", 9),
        ("Finished", 13),
    ]


def test_work_that_is_begun_again_takes_all_its_time_after_the_repair() -> None:
    """The clock of the failure has run for two minutes when work begins, so that the repetition gets through."""
    way = failing(after=6, work="restart")
    plant = with_machine(line(Trace((8 * MINUTE, 4 * MINUTE))), failures=(way,))
    seen = told(plant, orders(0, 0), BrokeDown, Repaired, Finished, until=30)
    assert seen[:4] == [("BrokeDown", 6), ("Repaired", 9), ("BrokeDown", 15), ("Repaired", 18)]
    once = with_machine(line(*minutes(4, 1)), failures=(failing(after=6, work="restart"),))
    assert told(once, orders(0, 0), BrokeDown, Repaired, Finished, until=14)[:4] == [
        ("Finished", 4),
        ("Finished", 5),
        ("BrokeDown", 6),
        ("Repaired", 9),
    ]
    assert ("Finished", 13) in told(once, orders(0, 0), Finished)


def test_each_repetition_of_work_has_a_time_of_its_own() -> None:
    plant = line(Exponential(10 * MINUTE))
    floor = SimulatedFloor(plant, opening(plant, orders(0)), Chance(1))
    order = floor.state.orders["o0"]
    assert len({floor.times.work(0, "o0", order, 0, restarts=n) for n in range(5)}) == 5


def test_pieces_that_are_spoiled_by_a_breakdown_leave_as_scrap_with_their_batch() -> None:
    way = failing(work="scrap")
    plant = with_machine(line(*minutes(10, 1)), failures=(way,), batch=Batch(most=2, by="product"))
    book = [replace(order, quantity=5) for order in orders(0, 0, 0)]
    facts, state = played(plant, book, until=9)
    assert [(f.order, f.pieces, f.time / MINUTE) for f in facts if isinstance(f, Scrapped)] == [
        ("o0", 5, 6),
        ("o1", 5, 6),
    ]
    assert state.orders["o0"].stage == "finished" and state.orders["o0"].scrap == 5
    assert state.machines["m0"].order == "o2" and state.machines["m0"].scrap == 10
    kpis = measure(plant, opening(plant, book), facts, 9 * MINUTE)
    assert kpis["scrap_pieces"] == 10 and kpis["unfinished_orders"] == 1


def test_a_machine_that_somebody_stopped_is_repaired_before_others_break_down_at_that_instant() -> None:
    """m1 would have broken down at 100 min itself; stopped at 50 it is up at 100, as on a fork that knows no better."""
    way = failing(after=100, lasts=50, clock="open")
    plant = with_machine(with_machine(line(*minutes(500, 500)), "m0", failures=(way,)), "m1", failures=(way,))
    facts: list[Event] = []
    floor = SimulatedFloor(plant, opening(plant, orders(0)), Chance(1), facts.append)
    run(floor, fifo, 50 * MINUTE)
    floor.happen(BrokeDown(50 * MINUTE, "m1", 0))
    forked: list[Event] = []
    fork = floor.fork(record=forked.append)
    facts.clear()
    run(floor, fifo, 100 * MINUTE)
    run(fork, fifo, 100 * MINUTE)
    assert [(type(f).__name__, f.machine) for f in forked] == [("Repaired", "m1"), ("BrokeDown", "m0")]
    assert facts == forked


# -- micro-stops ------------------------------------------------------------------------------------------------------


def test_a_micro_stop_is_a_delay_and_no_breakdown() -> None:
    """Ten minutes of work with a stop of three: the standard's ADET, not ADOT, and no failure."""
    short = with_machine(line(*minutes(10)), failures=(failing(is_micro_stop=True),))
    kpis = measured(short, orders(0), 13)
    assert (kpis["micro_stop_h"], kpis["down_h"]) == (pytest.approx(3 / 60), 0)
    found = kpis.elements["m0"]
    assert (found.adet, found.adot, found.fe, found.ttr) == (3 * MINUTE, 0, 0, 0)
    assert found.indicators()["K12"] == pytest.approx(10 / 13)
    long = measured(with_machine(line(*minutes(10)), failures=(failing(),)), orders(0), 13).elements["m0"]
    assert (long.adet, long.adot, long.fe, long.ttr) == (0, 3 * MINUTE, 1, 3 * MINUTE)


# -- maintenance ------------------------------------------------------------------------------------------------------


def test_maintenance_by_the_calendar_waits_for_the_work_in_hand_and_comes_before_the_next() -> None:
    plant = with_machine(line(*minutes(10)), maintenance=(task(every=15 * MINUTE),))
    assert told(plant, orders(0, 0, 0), *KEPT) == [
        ("Finished", 10),
        ("Finished", 20),
        ("MaintenanceStarted", 20),
        ("MaintenanceEnded", 22),
        ("Finished", 32),
        ("MaintenanceStarted", 32),
    ]


def test_of_several_dates_that_were_missed_one_is_made_up_for() -> None:
    plant = with_machine(line(*minutes(40)), maintenance=(task(every=15 * MINUTE),))
    assert told(plant, orders(0), *KEPT, until=50) == [
        ("Finished", 40),
        ("MaintenanceStarted", 40),
        ("MaintenanceEnded", 42),
        ("MaintenanceStarted", 45),
        ("MaintenanceEnded", 47),
    ]


def test_maintenance_by_usage_counts_work_or_orders() -> None:
    by_time = with_machine(line(*minutes(10)), maintenance=(task(after_work=15 * MINUTE),))
    seen = [("Finished", 10), ("Finished", 20), ("MaintenanceStarted", 20), ("MaintenanceEnded", 22), ("Finished", 32)]
    assert told(by_time, orders(0, 0, 0), *KEPT) == seen
    assert told(with_machine(by_time, maintenance=(task(after_orders=2),)), orders(0, 0, 0), *KEPT) == seen


def test_maintenance_by_condition_begins_at_its_level_and_makes_the_machine_as_new() -> None:
    plant = with_machine(line(*minutes(10)), wear=worn(12, 30), maintenance=(task(at_wear="level-1"),))
    assert told(plant, orders(0, 0, 0), *KEPT, Worn) == [
        ("Finished", 10),
        ("Worn", 12),
        ("Finished", 20),
        ("MaintenanceStarted", 20),
        ("MaintenanceEnded", 22),
        ("Finished", 32),
    ]


def test_maintenance_sets_back_the_clocks_that_it_renews_and_no_others() -> None:
    ways = (failing(after=25), failing(after=27, id="other"))
    plant = with_machine(line(*minutes(10)), failures=ways, maintenance=(task(after_orders=2, renews=("way",)),))
    facts, _ = played(plant, orders(0, 0, 0))
    assert [(f.failure, f.time / MINUTE) for f in facts if isinstance(f, BrokeDown)] == [(1, 29)]


def test_a_machine_works_on_until_somebody_comes_to_maintain_it() -> None:
    """Both are due after ten minutes; there is one fitter, and m0 comes first in the plant's order."""
    base = line(*minutes(10, 10))
    kept = (task(lasts=15, after_orders=1, crew="fitters"),)
    plant = with_machine(with_machine(base, "m0", maintenance=kept), "m1", maintenance=kept)
    facts, _ = played(plant, orders(0, 0, 0), until=59)
    begun = [(f.machine, f.time / MINUTE) for f in facts if isinstance(f, MaintenanceStarted)]
    assert begun == [("m0", 10), ("m1", 25), ("m0", 45)]
    works = [(f.machine, f.time / MINUTE) for f in facts if isinstance(f, Started)]
    assert works == [("m0", 0), ("m1", 10), ("m0", 25), ("m0", 35), ("m1", 40), ("m1", 50)]


def test_a_crew_goes_to_breakdowns_before_it_maintains() -> None:
    base = line(*minutes(10, 10))
    way = failing(after=10, lasts=5, clock="open", crew="fitters")
    kept = with_machine(base, "m0", maintenance=(task(after_orders=1, crew="fitters"),))
    plant = with_machine(kept, "m1", failures=(way,))
    assert told(plant, orders(0), RepairStarted, Repaired, MaintenanceStarted, until=16) == [
        ("RepairStarted", 10),
        ("Repaired", 15),
        ("MaintenanceStarted", 15),
    ]


def test_an_opportunity_is_taken_when_nothing_waits_and_enough_of_the_interval_is_over() -> None:
    kept = (task(every=30 * MINUTE, opportunity=0.5),)
    plant = with_machine(line(*minutes(10)), maintenance=kept)
    assert told(plant, orders(0, 12, 12), *KEPT, until=60) == [
        ("Finished", 10),
        ("Finished", 22),
        ("Finished", 32),
        ("MaintenanceStarted", 32),
        ("MaintenanceEnded", 34),
        ("MaintenanceStarted", 45),
        ("MaintenanceEnded", 47),
    ]
    assert told(plant, orders(0), *KEPT, until=44)[1:3] == [("MaintenanceStarted", 15), ("MaintenanceEnded", 17)]


def test_a_breakdown_is_an_opportunity_and_the_machine_stands_until_both_are_over() -> None:
    kept = (task(lasts=5, after_work=10 * MINUTE, opportunity=0.5),)
    plant = with_machine(line(*minutes(10)), failures=(failing(renews_wear=False),), maintenance=kept)
    assert told(plant, orders(0), *KEPT, BrokeDown, Repaired) == [
        ("BrokeDown", 6),
        ("MaintenanceStarted", 6),
        ("Repaired", 9),
        ("MaintenanceEnded", 11),
        ("Finished", 15),
    ]


def test_maintenance_is_planned_down_time_and_no_part_of_the_planned_busy_time() -> None:
    """ISO 22400-2: PBT is the planned operation time less the planned down time."""
    plant = with_machine(line(*minutes(10)), maintenance=(task(after_orders=1),))
    kpis = measured(plant, orders(0), 15)
    assert kpis["maintenance_h"] == pytest.approx(2 / 60)
    found = kpis.elements["m0"]
    assert found.pbt == 13 * MINUTE and found.availability == pytest.approx(10 / 13)
    assert sum(kpis.times["m0"].values()) == 15 * MINUTE


def test_maintenance_goes_on_in_closed_hours_and_costs_no_planned_time_there() -> None:
    hours = Shifts(id="day", windows=((0, 10 * MINUTE), (20 * MINUTE, 40 * MINUTE)), period=HOUR)
    plant = with_machine(line(*minutes(10), hours=hours), maintenance=(task(lasts=4, every=12 * MINUTE),))
    assert told(plant, orders(0), *KEPT, until=17) == [
        ("Finished", 10),
        ("MaintenanceStarted", 12),
        ("MaintenanceEnded", 16),
    ]
    assert measured(plant, orders(0), 17)["maintenance_h"] == 0


def test_an_order_that_waits_for_a_machine_in_maintenance_is_told_so() -> None:
    plant = with_machine(line(*minutes(10)), maintenance=(task(after_orders=1),))
    book = orders(0, 0)
    facts, _ = played(plant, book)
    parts = order_times(plant, opening(plant, book), facts).orders["o1"].parts
    assert parts["maintenance"] == 2 * MINUTE and parts["machine"] == 10 * MINUTE


# -- wear -------------------------------------------------------------------------------------------------------------


def test_work_that_begins_on_a_worn_machine_is_slower_and_loses_more() -> None:
    """Level 1 comes at 12 minutes, in the second order; the third begins on the worn machine."""
    plant = with_machine(line(*minutes(10)), wear=worn(12, speeds=(1.0, 0.5), scraps=(0.0, 0.25)))
    book = [replace(order, quantity=8) for order in orders(0, 0, 0)]
    facts, _ = played(plant, book)
    done = [(f.time / MINUTE, f.good, f.scrap) for f in facts if isinstance(f, Finished)]
    assert done == [(10, 8, 0), (20, 8, 0), (40, 6, 2)]


def test_a_failure_of_the_last_level_comes_only_there_and_its_repair_makes_the_machine_as_new() -> None:
    way = failing(after=3, at_wear="level-2", renews_wear=True)
    plant = with_machine(line(*minutes(100)), wear=worn(10, 10), failures=(way,))
    assert told(plant, orders(0), Worn, BrokeDown, Repaired, until=50) == [
        ("Worn", 10),
        ("Worn", 20),
        ("BrokeDown", 23),
        ("Repaired", 26),
        ("Worn", 36),
        ("Worn", 46),
        ("BrokeDown", 49),
    ]


# -- places -----------------------------------------------------------------------------------------------------------


def rack(places: int, **more: Any) -> Plant:
    base = line(*minutes(10))
    first, routing = base.machines["m0"], base.routings["r"]
    machines = {f"rack/{n}": replace(first, id=f"rack/{n}", part_of="rack", **more) for n in range(1, places + 1)}
    step = replace(routing.operations[0], machines=dict.fromkeys(machines, Constant(10 * MINUTE)))
    return replace(base, machines=machines, routings={"r": replace(routing, operations=(step,))})


def test_places_work_independently_and_break_down_together() -> None:
    plant = rack(2, failures=(failing(after=12, clock="open"),))
    facts, _ = played(plant, orders(0, 5), until=20)
    seen = [
        (type(f).__name__, f.machine, f.time / MINUTE) for f in facts if isinstance(f, BrokeDown | Repaired | Finished)
    ]
    assert seen == [
        ("Finished", "rack/1", 10),
        ("BrokeDown", "rack/1", 12),
        ("BrokeDown", "rack/2", 12),
        ("Repaired", "rack/1", 15),
        ("Repaired", "rack/2", 15),
        ("Finished", "rack/2", 18),
    ]


def test_one_of_a_crew_repairs_all_places_of_a_machine() -> None:
    plant = rack(3, failures=(failing(after=2, clock="open", crew="fitters"),))
    assert told(plant, orders(0), RepairStarted, until=4) == [("RepairStarted", 2)] * 3


def test_places_take_no_more_orders_once_they_are_due_and_are_maintained_together() -> None:
    plant = rack(2, maintenance=(task(every=12 * MINUTE),))
    facts, _ = played(plant, orders(0, 5, 5), until=30)
    seen = [(type(f).__name__, f.time / MINUTE) for f in facts if isinstance(f, Started | MaintenanceStarted)]
    assert seen == [
        ("Started", 0),
        ("Started", 5),
        ("Started", 10),
        ("MaintenanceStarted", 20),
        ("MaintenanceStarted", 20),
        ("MaintenanceStarted", 24),
        ("MaintenanceStarted", 24),
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"failures": (failing(),)}, "wanted clock: open"),
        ({"wear": worn(5)}, "wanted clock: open"),
        ({"maintenance": (task(after_orders=3),)}, "wanted every or at_wear"),
    ],
)
def test_places_have_one_clock(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidPlant, match=said):
        rack(2, **changes)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"failures": (failing(at_wear="bad"),)}, "no level of wear 'bad'; there are none"),
        ({"failures": (failing(renews_wear=True),)}, "give it wear"),
        ({"maintenance": (task(every=HOUR, crew="x"),)}, "no crew or skill 'x'; there are fitters"),
        ({"maintenance": (task(every=HOUR, renews=("x",)),)}, "no failure 'x'; there are none"),
        ({"maintenance": (task(every=HOUR), task(every=HOUR))}, "a name of its own"),
        ({"wear": worn(5), "maintenance": (task(at_wear="level-0"),)}, "is as new"),
        ({"wear": worn(5), "maintenance": (task(at_wear="level-1", renews=()),)}, "would not end being due"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidPlant, match=said):
        with_machine(line(*minutes(5)), **changes)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "wanted one of every, after_work, after_orders and at_wear"),
        ({"every": HOUR, "after_orders": 2}, "wanted one of every"),
        ({"every": 0}, "must be more than zero"),
        ({"every": HOUR, "opportunity": 1.5}, "must be a share of the interval"),
        ({"at_wear": "bad", "opportunity": 0.5}, "wanted no opportunity"),
    ],
)
def test_a_maintenance_has_one_way_of_being_due(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        task(**given)


def test_under_a_limit_of_work_an_order_comes_in_as_soon_as_a_step_is_done() -> None:
    """Thirty minutes may be before the orders on the floor; each order has two steps of ten."""
    plant = replace(line(*minutes(10, 10)), release=Release(work=30 * MINUTE))
    assert told(plant, orders(0, 0), OrderReleased) == [("OrderReleased", 0), ("OrderReleased", 10)]


def test_work_that_is_always_begun_again_ends_the_run_after_a_year_of_it() -> None:
    """A breakdown after every hour, work of two that is begun again: it never ends, and the floor says so."""
    way = Failure(id="f", time_to_failure=Constant(HOUR), time_to_repair=Constant(MINUTE), work="restart")
    plant = with_machine(line(Constant(2 * HOUR)), failures=(way,))
    facts, state = played(plant, orders(0))
    assert state.unfinished == 1
    assert not any(isinstance(fact, Finished) for fact in facts)
    assert 365 * DAY < state.now < 400 * DAY
