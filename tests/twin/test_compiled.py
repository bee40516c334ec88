"""The compiled floor by itself: what it refuses and how it says so, its draws, its snapshots."""

import math
from collections.abc import Callable
from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from plant_models import read
from plant_models.distributions import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Geometric,
    Lognormal,
    Trace,
    Triangular,
    TruncatedNormal,
    Uniform,
    Weibull,
)
from plant_models.events import (
    Event,
    Finished,
    Merged,
    OrderCancelled,
    OrderFreed,
    OrderHeld,
    OrderReleased,
    Split,
    Started,
)
from plant_models.orders import Operation, Order, Routing
from plant_models.plant import Buffer, Crew, Machine, Plant, Wear, WearLevel
from plant_models.quality import Inspection
from plant_models.shifts import FOREVER, HOUR, MINUTE, Shifts
from tests.twin.floors import both
from tests.twin.shops import line, minutes, shop
from twin import snapshot
from twin.batch import Batch as Floors
from twin.chance import Certain, Chance, name_hash
from twin.compiled import arrays, luck
from twin.compiled.floor import CompiledFloor
from twin.compiled.layout import Layout
from twin.compiled.log_gamma import log_gamma
from twin.compiled.refusing import refusals
from twin.decisions import Decision
from twin.floor import run
from twin.native import entrance
from twin.policies.rules import RULES, fifo, spt
from twin.rehearsal import rehearse
from twin.simulated import SimulatedFloor
from twin.state import State, opening

DAY_SHIFT = Shifts(id="day", windows=((0, 8 * HOUR),))
WORN = Wear(levels=(WearLevel(id="new", time_to_next=Constant(HOUR)), WearLevel(id="worn")))
ORDERS = tuple(Order(id=f"o{n}", product="p", quantity=3) for n in range(40))


def with_machine(change: Callable[[Machine], Machine]) -> Plant:
    plant = line(*minutes(5, 4))
    return replace(plant, machines={**plant.machines, "m1": change(plant.machines["m1"])})


def with_step(**change: object) -> Plant:
    plant = line(*minutes(5, 4))
    first, second = plant.routings["r"].operations
    routing = replace(plant.routings["r"], operations=(first, replace(second, **change)))
    return replace(plant, routings={"r": routing}, crews={"hands": Crew(id="hands", size=1)})


def going_round(**change: object) -> Plant:
    """Orders divide into lots of a piece, merge, and may come back to divide again."""
    plant = line(*minutes(5, 4, 3))
    first, second, third = plant.routings["r"].operations
    last = replace(third, merge=True, next={"s1": 0.5}, **change)
    routing = replace(plant.routings["r"], operations=(first, replace(second, split=1), last))
    return replace(plant, routings={"r": routing})


def refused(plant: Plant) -> tuple[str, ...]:
    return refusals(plant, opening(plant, ORDERS), fifo)


def test_a_plain_line_is_not_refused() -> None:
    assert refused(line(*minutes(5, 4), room=2)) == ()


@pytest.mark.parametrize(
    ("plant", "reason"),
    [
        (
            with_machine(lambda m: replace(m, outages=((0, FOREVER),))),
            "machine 'm1' has special hours, or is out, for more than 20 years",
        ),
        (
            going_round(),
            "product 'p', operation 's1' divides orders into lots, and again without limit",
        ),
        (
            going_round(rework_limit=9_000),
            "product 'p' divides orders into lots, more than 20,000 of them",
        ),
    ],
)
def test_what_it_cannot_play_is_refused_by_name(plant: Plant, reason: str) -> None:
    assert refused(plant) == (reason,)
    with pytest.raises(ValueError, match="cannot play this: "):
        CompiledFloor(plant, opening(plant, ORDERS), Chance(1), fifo)


def test_a_policy_that_is_no_compiled_rule_is_refused() -> None:
    plant = line(*minutes(5))
    (reason,) = refusals(plant, opening(plant, ORDERS), last_come)
    assert reason.startswith("who decides is last_come; compiled are plans and the rules fifo, spt,")


def last_come(plant: Plant, state: State, decision: Decision) -> str:
    """The order that came last."""
    return decision.options[-1]


@pytest.mark.parametrize("name", ["m", "Säge Nº 7", "a machine with a name of more than one block of its hash, " * 6])
def test_orders_are_taken_by_the_same_lot(name: str) -> None:
    plant = line(*minutes(5))
    plant = replace(
        plant,
        machines={name: Machine(id=name, work_center="c0")},
        buffers={"b0": Buffer(id="b0")},
        routings={"r": Routing(id="r", operations=(Operation(id="s", machines={name: Constant(5 * MINUTE)}),))},
    )
    for now in (0, 7, 123_456_789, 10**15):
        state = opening(plant, ORDERS)
        state.now = now
        facts = both(plant, state, Certain(), RULES["random"])
        taken = [fact.order for fact in facts if isinstance(fact, Started)]
        assert sorted(taken) == sorted(order.id for order in ORDERS)
        assert taken != [order.id for order in ORDERS]


KINDS: list[Distribution] = [
    Constant(90_001.4),
    Exponential(60_000),
    Uniform(100.5, 90_000),
    Triangular(1, 50_000, 200_000),
    Triangular(7, 7, 7),
    Lognormal(60_000, 0.4),
    Lognormal(60_000, 0),
    Weibull(60_000, 0.7),
    TruncatedNormal(60_000, 90_000),
    TruncatedNormal(1_000, 5_000, 8_000, 9_000),
    Empirical((5_000, 900, 33_333)),
    Empirical((5_000, 900, 33_333), (1.0, 2.5, 0.5), interpolated=True),
    Trace((500, 900.6, 12)),
    Geometric(1_000, 0.03),
    Gamma(60_000, 3),
    Gamma(60_000, 0.3),
    Gamma(60_000, 47.5),
]


@pytest.mark.parametrize("time", KINDS, ids=lambda time: type(time).__name__)
def test_its_draws_are_those_of_chance_also_of_what_has_lasted_long(time: Distribution) -> None:
    plant = line(time)
    floor = CompiledFloor(plant, opening(plant, ORDERS), Chance(7), fifo)
    draw, who = Chance(7).draw("work", "m0", time), name_hash("o1")
    for which in range(300):
        for lasted in (0, 1, 40_000, 250_000, 3_000_000):
            mine = draws(floor._world.ctypes.data, 0, who - (1 << 64) if who >> 63 else who, which, lasted)
            assert mine == draw(who, which, lasted), (which, lasted)


@entrance()
def draws(address: int, at: int, who: int, which: int, lasted: int) -> int:
    return luck.drawn(arrays.world(address), at, 0, np.uint64(who), which, lasted)


@entrance()
def normal(share: float) -> float:
    return luck.inverse_normal(share)


def test_its_normal_is_that_of_the_standard_library_bit_for_bit() -> None:
    inverse = NormalDist().inv_cdf
    shares = [(n + 0.5) / 4096 for n in range(4096)] + [10.0**-n for n in range(1, 300)]
    assert [normal(share) for share in shares] == [inverse(share) for share in shares]


def test_its_log_gamma_is_that_of_python_bit_for_bit() -> None:
    numbers = [n / 64 for n in range(1, 20_000)] + [10.0**n for n in range(-30, 15)]
    assert [logarithm(x) for x in numbers] == [math.lgamma(x) for x in numbers]


@entrance()
def logarithm(x: float) -> float:
    return log_gamma(x)


def test_a_snapshot_brings_back_what_was() -> None:
    scenario = shop()
    state = opening(scenario.plant, scenario.orders)
    floor = CompiledFloor(scenario.plant, state, Chance(3), spt)
    floor.run(5 * HOUR)
    there = floor.snapshot()
    floor.run(FOREVER)
    end = floor.state
    floor.restore(there)
    assert floor.now == 5 * HOUR
    floor.run(FOREVER)
    assert floor.state == end


def played(plant: Plant, state: State, *, until: int = FOREVER) -> list[Event]:
    """What happens from *state* on, which is the same on both floors."""
    ours: list[Event] = []
    theirs: list[Event] = []
    simulated = SimulatedFloor(plant, state.copy(), Chance(4), ours.append)
    run(simulated, fifo, until)
    compiled = CompiledFloor(plant, state, Chance(4), fifo, theirs.append)
    compiled.run(until)
    assert theirs == ours
    assert compiled.state == simulated.state
    return theirs


RUINED = Inspection(on_fail="rework", rework_to="s0", limit=30)
SET_ASIDE = Inspection(on_fail="hold", hold_time=Constant(HOUR), freed=0.5)


def test_it_remembers_more_passages_than_it_was_made_for() -> None:
    plant = with_step(defects=1.0, inspection=RUINED)
    state = opening(plant, ORDERS[:3])
    facts = played(plant, state)
    passages = sum(isinstance(fact, Finished) for fact in facts)
    floor = CompiledFloor(plant, state, Chance(4), fifo)
    there, room = floor.snapshot(), floor.passages
    floor.run()
    end = floor.state
    assert (passages, floor.passages) == (3 * 2 * 31, 4 * room)
    floor.restore(there)
    floor.look_again()
    floor.run()
    assert floor.state == end
    batch = Floors(plant, state, [Chance(4), Chance(5)], fifo, threads=2)
    batch.advance()
    assert batch.floors[0].state == end
    batch.spread(there, [Chance(4), Chance(4)])
    batch.advance()
    assert [floor.state for floor in batch.floors] == [end, end]


def test_a_held_order_is_freed_or_scrapped_after_a_while() -> None:
    facts = played(plant := with_step(defects=0.3, inspection=SET_ASIDE), opening(plant, ORDERS))
    held = {fact.order: fact.time for fact in facts if isinstance(fact, OrderHeld)}
    freed = {fact.order: fact for fact in facts if isinstance(fact, OrderFreed)}
    assert held.keys() == freed.keys()
    assert all(freed[order].time == held[order] + HOUR for order in held)
    assert {fact.scrap for fact in freed.values()} == {0, 3}


def test_orders_that_somebody_holds_or_cancels_stay_so() -> None:
    plant = line(*minutes(5, 4))
    floor = SimulatedFloor(plant, opening(plant, (*ORDERS[:6], replace(ORDERS[7], release=HOUR))), Chance(4))
    run(floor, fifo, 6 * MINUTE)
    floor.happen(OrderHeld(6 * MINUTE, "o0", "the customer asks", until=40 * MINUTE))
    floor.happen(OrderHeld(6 * MINUTE, "o1", "at work"))
    floor.happen(OrderHeld(6 * MINUTE, "o7", "planned", until=2 * HOUR))
    floor.happen(OrderCancelled(6 * MINUTE, "o2"))
    facts = played(plant, floor.state)
    assert OrderFreed(40 * MINUTE, "o0") in facts
    assert OrderReleased(2 * HOUR, "o7") in facts
    assert not any(fact.time > 12 * MINUTE and fact.order == "o1" for fact in facts if isinstance(fact, Finished))


def test_orders_divide_into_lots_and_come_together_again() -> None:
    plant = line(*minutes(5, 4, 3, 2))
    first, second, third, last = plant.routings["r"].operations
    steps = (first, replace(second, split=2), replace(third, split=1), replace(last, merge=True))
    plant = replace(plant, routings={"r": replace(plant.routings["r"], operations=steps)})
    facts = played(plant, opening(plant, ORDERS[:4]))
    split = [fact for fact in facts if isinstance(fact, Split) and fact.order.startswith("o0")]
    assert [(fact.into, fact.pieces) for fact in split] == [
        (("o0/1", "o0/2"), (2, 1)),
        (("o0/1/1", "o0/1/2"), (1, 1)),
    ]
    merged = [fact for fact in facts if isinstance(fact, Merged) and fact.order.startswith("o0")]
    assert [(fact.order, fact.lots) for fact in merged] == [
        ("o0/1", ("o0/1/1", "o0/1/2")),
        ("o0", ("o0/1", "o0/2")),
    ]
    half = SimulatedFloor(plant, opening(plant, ORDERS[:4]), Chance(4))
    run(half, fifo, 20 * MINUTE)
    assert any(order.stage == "split" for order in half.state.orders.values())
    played(plant, half.state)


def test_orders_that_come_back_divide_again_as_often_as_they_are_sent_back() -> None:
    plant = going_round(rework_limit=2)
    facts = played(plant, opening(plant, ORDERS[:9]))
    again = [fact for fact in facts if isinstance(fact, Split) and fact.into[-1].endswith("/9")]
    assert again, "nobody was sent back twice"
    assert not any(isinstance(fact, Split) and fact.into[-1].endswith("/12") for fact in facts)


def test_another_seed_is_another_future_and_a_plan_has_none() -> None:
    plant = line(Exponential(MINUTE), Exponential(MINUTE), room=1)
    for chance in (Chance(1), Chance(2**64 - 1), Certain()):
        simulated = SimulatedFloor(plant, opening(plant, ORDERS), chance)
        run(simulated, fifo, FOREVER)
        compiled = CompiledFloor(plant, opening(plant, ORDERS), Chance(5), fifo)
        compiled.seed(chance)
        compiled.run()
        assert compiled.state == simulated.state
        assert compiled.operations == 80


def test_a_record_longer_than_its_room_is_handed_on_in_parts() -> None:
    plant = line(*([Exponential(MINUTE)] * 12), room=1)
    orders = [Order(id=f"o{n}", product="p", release=n * MINUTE) for n in range(900)]
    facts: list[Event] = []
    floor = CompiledFloor(plant, opening(plant, orders), Chance(1), fifo, facts.append)
    floor.run()
    ours: list[Event] = []
    run(SimulatedFloor(plant, opening(plant, orders), Chance(1), ours.append), fifo, FOREVER)
    assert len(facts) > len(floor._facts)
    assert facts == ours


def test_hours_with_holidays_overtime_and_outages_are_laid_out_as_they_are() -> None:
    hours = Shifts(
        id="odd",
        windows=((0, 3 * HOUR), (5 * HOUR, 8 * HOUR)),
        period=8 * HOUR,
        closed=((20 * HOUR, 30 * HOUR),),
        extra=((3 * HOUR, 4 * HOUR), (25 * HOUR, 26 * HOUR)),
        outages=((1 * HOUR, 2 * HOUR), (41 * HOUR, 42 * HOUR)),
    )
    plant = line(Constant(7 * MINUTE), hours=hours)
    orders = [Order(id=f"o{n}", product="p") for n in range(1000)]
    ours: list[Event] = []
    theirs: list[Event] = []
    run(SimulatedFloor(plant, opening(plant, orders), Chance(1), ours.append), fifo, FOREVER)
    CompiledFloor(plant, opening(plant, orders), Chance(1), fifo, theirs.append).run()
    assert theirs == ours


def test_times_for_each_piece_are_laid_out_for_every_size_that_scrap_can_leave() -> None:
    plant = line(Lognormal(MINUTE, 0.3), scrap=0.2)
    (step,) = plant.routings["r"].operations
    plant = replace(plant, routings={"r": replace(plant.routings["r"], operations=(replace(step, per="unit"),))})
    layout = Layout(plant, opening(plant, ORDERS))
    assert len(layout.arrays["timings"]) == 3
    assert math.isclose(layout.arrays["timings"]["a"][2] - layout.arrays["timings"]["a"][0], math.log(3))


def test_a_state_that_comes_out_of_a_document_is_played_like_the_one_that_went_in() -> None:
    shop = read.scenario("machine-shop")
    state = opening(shop.plant, shop.orders)
    again = snapshot.from_json(snapshot.to_json(state))
    assert list(again.machines) != list(state.machines), "a document has them by name, a plant in its own order"
    ours, theirs = (
        rehearse(shop.plant, each, RULES["fifo"], runs=2, workers=1, engine="compiled") for each in (state, again)
    )
    assert ours.digest == theirs.digest
    assert (ours.to_frame() == theirs.to_frame()).all(axis=None)
