"""Quality on plants that can be worked out by hand: inspection, rework, hold, drift, and what escapes."""

import math
from dataclasses import replace

import pytest

from plant_models.distributions import Constant, Weibull
from plant_models.errors import InvalidPlant
from plant_models.events import (
    Event,
    Finished,
    Inspected,
    Measured,
    OrderCancelled,
    OrderChanged,
    OrderFreed,
    OrderHeld,
    Started,
)
from plant_models.materials import Amount, Material
from plant_models.moves import Carrier, with_moves
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Buffer, Failure, Machine, Plant, WorkCenter
from plant_models.quality import Characteristic, Inspection
from plant_models.shifts import DAY, FOREVER, HOUR, MINUTE, Shifts
from plant_models.transport import Fleet
from twin.chance import Certain, Chance, Luck
from twin.counts import binomial, hypergeometric
from twin.floor import run
from twin.flows import littles_law
from twin.grades import escaped_pieces
from twin.kpi import Kpis, measure
from twin.lateness import order_times
from twin.policies.rules import RULES, remaining_work
from twin.records.quality import capability, readings
from twin.records.tracking import track
from twin.release import work_left
from twin.simulated import SimulatedFloor
from twin.standing import Grade
from twin.state import State, opening


def plant(*operations: Operation, failures: tuple[Failure, ...] = ()) -> Plant:
    """A machine for each name that the operations give, before it its own buffer."""
    names = list(dict.fromkeys(machine for operation in operations for machine in operation.machines))
    return Plant(
        id="plant",
        work_centers={name: WorkCenter(id=name, buffer=name) for name in names},
        machines={name: Machine(id=name, work_center=name, failures=failures) for name in names},
        buffers={name: Buffer(id=name) for name in names},
        routings={"r": Routing(id="r", operations=operations)},
        products={"p": Product(id="p", routing="r")},
    )


def step(name: str, **terms: object) -> Operation:
    """Ten minutes on a machine of the same name."""
    return Operation(id=name, machines={name: Constant(10 * MINUTE)}, **terms)


def unit_step(name: str, **terms: object) -> Operation:
    """A minute a piece on a machine of the same name."""
    return Operation(id=name, machines={name: Constant(MINUTE)}, per="unit", **terms)


def play(plant: Plant, *orders: Order, chance: Luck | None = None) -> tuple[State, list[Event], Kpis]:
    facts: list[Event] = []
    start = opening(plant, orders)
    floor = SimulatedFloor(plant, start.copy(), chance or Chance(1), facts.append)
    run(floor, RULES["fifo"], FOREVER)
    return floor.state, facts, measure(plant, start, facts)


def order(name: str = "o", quantity: int = 10) -> Order:
    return Order(id=name, product="p", quantity=quantity)


def test_defects_pass_unseen_until_somebody_inspects() -> None:
    seen = plant(step("a", defects=1.0), step("b"), step("c", inspection=Inspection()))
    state, facts, kpis = play(seen, order())
    assert [(f.good, f.scrap) for f in facts if isinstance(f, Finished)] == [(10, 0), (10, 0), (0, 10)]
    assert [(f.inspected, f.failed) for f in facts if isinstance(f, Inspected)] == [(10, 10)]
    assert kpis["scrap_pieces"] == 10
    assert kpis["first_pass_yield"] == 0
    assert escaped_pieces(seen, state, Chance(1)) == 0
    unseen = plant(step("a", defects=1.0), step("c", inspection=Inspection(false_pass=1.0)))
    state, _, kpis = play(unseen, order())
    assert kpis["good_pieces"] == 10
    assert kpis["first_pass_yield"] == 1
    assert escaped_pieces(unseen, state, Chance(1)) == 10


def test_an_order_is_sent_back_so_often_and_no_more() -> None:
    inspection = Inspection(on_fail="rework", rework_to="a", limit=2)
    state, facts, kpis = play(plant(step("a", defects=1.0), step("b", inspection=inspection)), order(quantity=5))
    assert [(f.step, f.time // MINUTE) for f in facts if isinstance(f, Started)] == [
        *((0, 0), (1, 10), (0, 20), (1, 30), (0, 40), (1, 50))
    ]
    last = [f for f in facts if isinstance(f, Finished)][-1]
    assert (last.good, last.scrap) == (0, 5)
    assert kpis["reworked_pieces"] == 10
    assert state.orders["o"].repeats == 2


def test_only_the_pieces_that_failed_are_worked_on_again() -> None:
    """10 pieces take 10 min a step; of two that are looked at two fail, take 2 min a step again and are scrap then."""
    inspection = Inspection(share=0.2, of="pieces", false_fail=1.0, on_fail="rework", rework_to="a", limit=1)
    world = plant(unit_step("a"), unit_step("b", inspection=inspection), unit_step("c"))
    state, facts, kpis = play(world, order())
    assert [(f.step, f.time // MINUTE, f.good, f.scrap, f.rework) for f in facts if isinstance(f, Finished)] == [
        (0, 10, 10, 0, 0),
        (1, 20, 10, 0, 2),
        (0, 22, 10, 0, 0),
        (1, 24, 8, 2, 0),
        (2, 32, 8, 0, 0),
    ]
    b = kpis.elements["b"]
    assert (b.pq, b.gq, b.sq, b.rq) == (12, 8, 2, 2)
    assert (b.ip, b.gp) == (2, 0)
    indicators = b.indicators(kpis.plant.pq1)
    assert indicators["K10"] == pytest.approx(8 / 12)
    assert indicators["K15"] == 0
    assert indicators["K16"] == pytest.approx(2 / 12)
    assert indicators["K17"] == pytest.approx(2 / 12)
    assert indicators["K18"] == pytest.approx(2 / 10)
    assert state.machines["b"].good == 8
    assert kpis["good_pieces"] == 8


def some_reworked() -> Plant:
    """A minute a piece at a and at b; of ten pieces two are looked at behind b, and go back to a once."""
    inspection = Inspection(share=0.2, of="pieces", false_fail=1.0, on_fail="rework", rework_to="a", limit=1)
    return plant(unit_step("a"), unit_step("b", inspection=inspection))


def test_rework_begins_where_the_reworked_pieces_are_done_before_the_machine_closes() -> None:
    """Two minutes at 20 min are done at 22, before a closes at 25 min; all ten pieces would not be."""
    day = Shifts(id="day", windows=((0, 25 * MINUTE),))
    world = some_reworked()
    center = replace(world.work_centers["a"], shifts="day", at_shift_end="refuse")
    world = replace(world, work_centers={**world.work_centers, "a": center}, shifts={"day": day})
    _, facts, _ = play(world, order())
    assert [(f.step, f.time // MINUTE) for f in facts if isinstance(f, Started)] == [(0, 0), (1, 10), (0, 20), (1, 22)]


def test_rules_and_release_count_of_a_reworked_order_the_pieces_that_are_worked_on() -> None:
    """Two pieces at a are two minutes; from there all ten go through b, as far as anybody knows."""
    world = some_reworked()
    floor = SimulatedFloor(world, opening(world, [order(), replace(order("other", 3), release=20 * MINUTE)]), Chance(1))
    while (decision := floor.advance()) is not None and decision.time < 20 * MINUTE:
        floor.start(decision, decision.options[0])
    assert decision is not None
    assert set(decision.options) == {"o", "other"}
    chosen = {name: RULES[name](world, floor.state, decision) for name in ("spt", "lpt", "mwkr")}
    assert chosen == {"spt": "o", "lpt": "other", "mwkr": "o"}
    assert remaining_work(world, floor.state, "o") == 12 * MINUTE
    assert work_left(world, floor.state.orders["o"]) == 12 * MINUTE


def test_a_breakdown_spoils_the_pieces_that_are_reworked_and_the_others_go_on() -> None:
    """a breaks down after eleven minutes of work, one minute into the rework of two pieces, and is repaired at 24."""
    spoils = Failure(
        time_to_failure=Constant(11 * MINUTE), time_to_repair=Constant(3 * MINUTE), clock="working", work="scrap"
    )
    world = plant(*some_reworked().routings["r"].operations, unit_step("c"))
    world = replace(world, machines={**world.machines, "a": replace(world.machines["a"], failures=(spoils,))})
    state, facts, kpis = play(world, order())
    assert [(f.step, f.time // MINUTE, f.good, f.scrap, f.to) for f in facts if isinstance(f, Finished)] == [
        (0, 10, 10, 0, None),
        (1, 20, 10, 0, 0),
        (0, 21, 8, 2, 2),
        (2, 29, 8, 0, None),
    ]
    assert (state.orders["o"].stage, state.orders["o"].scrap, state.machines["a"].scrap) == ("finished", 2, 2)
    assert (kpis["good_pieces"], kpis["scrap_pieces"]) == (8, 2)


def test_an_order_goes_on_when_all_that_was_reworked_is_lost() -> None:
    """In the loop every reworked piece is lost at a step that scraps everything; the others go on after the test."""
    inspection = Inspection(share=0.2, of="pieces", false_fail=1.0, on_fail="rework", rework_to="mend")
    world = plant(
        step("test", inspection=inspection, next={"pack": 1.0}),
        step("mend", characteristics=(Characteristic(id="x", target=1.0, upper=0.0, found="at_once"),)),
        step("again", next={"test": 1.0}),
        step("pack"),
    )
    _, facts, kpis = play(world, order())
    assert [(f.step, f.good, f.scrap, f.to) for f in facts if isinstance(f, Finished)] == [
        (0, 10, 0, 1),
        (1, 8, 2, 3),
        (3, 8, 0, None),
    ]
    assert kpis["good_pieces"] == 8


def test_a_held_order_is_out_of_the_way_until_it_is_freed() -> None:
    inspection = Inspection(false_fail=1.0, on_fail="hold", hold_time=Constant(2 * HOUR))
    world = plant(step("a", inspection=inspection), step("b"))
    state, facts, kpis = play(world, order("o"), order("p"))
    assert [(f.order, f.time // MINUTE, f.step) for f in facts if isinstance(f, OrderHeld)] == [
        ("o", 10, 0),
        ("p", 20, 0),
    ]
    assert [(f.order, f.time // MINUTE) for f in facts if isinstance(f, OrderFreed)] == [("o", 130), ("p", 140)]
    assert [f.time // MINUTE for f in facts if isinstance(f, Started)] == [0, 10, 130, 140]
    assert kpis["held_orders"] == 2
    assert kpis["wip_mean_orders"] == pytest.approx((140 + 150) / 150)
    times = order_times(world, opening(world, (order("o"), order("p"))), facts)
    assert times["o"].parts["hold"] == 2 * HOUR
    assert track(world, opening(world, (order("o"), order("p"))), facts).times("p")["hold"] == 2 * HOUR
    assert "set aside" in times["o"].words()
    assert state.orders["o"].quantity == 10


def test_a_machine_is_idle_once_an_order_that_is_held_has_put_away_what_it_made() -> None:
    """Its step yields paint, its inspection holds it at 10 min: from then on a has nothing."""
    hold = Inspection(false_fail=1.0, on_fail="hold", hold_time=Constant(DAY))
    bare, facts = plant(step("a", inspection=hold), step("b")), list[Event]()
    first, second = bare.routings["r"].operations
    first = replace(first, yields={"paint": Amount(id="paint", quantity=1)})
    routing = replace(bare.routings["r"], operations=(first, second))
    world = replace(bare, routings={"r": routing}, materials={"paint": Material(id="paint")})
    start = opening(world, [order()])
    run(SimulatedFloor(world, start.copy(), Chance(1), facts.append), RULES["fifo"], HOUR)
    times = measure(world, start, facts, until=HOUR).times["a"]
    assert {word: time // MINUTE for word, time in times.items() if time} == {"working": 10, "idle": 50}


def test_an_order_can_be_held_after_its_last_step_and_scrapped() -> None:
    inspection = Inspection(false_fail=1.0, on_fail="hold", hold_time=Constant(HOUR), freed=0.0)
    state, facts, kpis = play(plant(step("a", inspection=inspection)), order())
    assert facts[-1] == OrderFreed(70 * MINUTE, "o", 10)
    assert state.orders["o"].finished_at == 70 * MINUTE
    assert kpis["scrap_pieces"] == 10
    assert kpis["good_pieces"] == 0
    assert kpis["makespan_h"] == pytest.approx(70 / 60)


def test_pieces_that_are_sent_back_too_often_are_scrap_and_the_others_go_on() -> None:
    shop = plant(step("a", inspection=Inspection(), next={"a": 0.999}, rework_limit=0), step("b"))
    state = opening(shop, [order(quantity=4)])
    state.orders["o"].grade = Grade(again=1)  # one of the four is being worked on again
    facts: list[Event] = []
    floor = SimulatedFloor(shop, state, Chance(1), facts.append)
    run(floor, RULES["fifo"], FOREVER)
    done = [(fact.machine, fact.good, fact.scrap) for fact in facts if isinstance(fact, Finished)]
    assert done == [("a", 3, 1), ("b", 3, 0)]
    assert (state.machines["a"].good, state.machines["a"].scrap) == (0, 1)


def test_a_cancelled_order_whose_inspection_fails_leaves_and_is_not_held() -> None:
    held = plant(step("a", inspection=Inspection(false_fail=1.0, on_fail="hold", hold_time=Constant(HOUR))), step("b"))
    floor = SimulatedFloor(held, opening(held, [order()]), Chance(1))
    run(floor, RULES["fifo"], 5 * MINUTE)
    floor.happen(OrderCancelled(5 * MINUTE, "o"))
    run(floor, RULES["fifo"], FOREVER)
    known = floor.state.orders["o"]
    assert (known.stage, known.hold, floor.state.now, floor.state.unfinished) == ("cancelled", None, 10 * MINUTE, 0)


def test_a_supervisor_holds_and_frees_orders_wherever_they_are() -> None:
    world = plant(step("a"), step("b"))
    floor = SimulatedFloor(
        world, opening(world, (order("o"), order("p"), Order(id="q", product="p", release=HOUR))), Chance(1)
    )
    run(floor, RULES["fifo"], 5 * MINUTE)
    for name in ("o", "p", "q"):
        floor.happen(OrderHeld(5 * MINUTE, name, "wrong drawing"))
    assert [floor.state.orders[name].stage for name in ("o", "p", "q")] == ["loaded", "held", "planned"]
    run(floor, RULES["fifo"], 2 * HOUR)
    assert [floor.state.orders[name].stage for name in ("o", "p", "q")] == ["held", "held", "planned"]
    assert floor.state.orders["o"].step == 1
    for name in ("o", "p", "q"):
        floor.happen(OrderFreed(2 * HOUR, name, 3 if name == "p" else 0))
    run(floor, RULES["fifo"], FOREVER)
    ends = {name: known.finished_at for name, known in floor.state.orders.items()}
    assert ends == {"o": 130 * MINUTE, "p": 140 * MINUTE, "q": 150 * MINUTE}
    assert floor.state.orders["p"].quantity == 7


def test_holding_what_has_left_or_freeing_what_is_not_held_is_refused_in_words() -> None:
    world = plant(step("a"))
    floor = SimulatedFloor(world, opening(world, (order("o"), order("p"))), Chance(1))
    run(floor, RULES["fifo"], 15 * MINUTE)
    with pytest.raises(InvalidPlant, match="'o' has left the floor"):
        floor.happen(OrderHeld(15 * MINUTE, "o"))
    with pytest.raises(InvalidPlant, match="'p' is not held"):
        floor.happen(OrderFreed(15 * MINUTE, "p"))
    with pytest.raises(InvalidPlant, match="no order 'x'"):
        floor.happen(OrderHeld(15 * MINUTE, "x"))


def test_what_is_measured_drifts_with_the_hours_worked_and_starts_anew_after_a_repair() -> None:
    """An hour of work a piece and a repair after every two hours: 10.5, 11 (just before the breakdown), 10.5, 11."""
    bore = Characteristic(id="bore", target=10.0, per_hour=0.5, machine_offset={"a": 0.1}, upper=11.05, found="at_once")
    way = Failure(time_to_failure=Constant(2 * HOUR), time_to_repair=Constant(HOUR), clock="working")
    world = plant(
        Operation(id="a", machines={"a": Constant(HOUR)}, characteristics=(bore,)),
        failures=(way,),
    )
    orders = [order(f"o{n}", 2) for n in range(4)]
    _, facts, kpis = play(world, *orders)
    assert [f.value for f in facts if isinstance(f, Measured)] == [10.6, 11.1, 10.6, 11.1]
    assert [f.scrap for f in facts if isinstance(f, Finished)] == [0, 2, 0, 2]
    assert kpis["quality"] == 0.5
    found = readings(world, opening(world, orders), facts).capability("p", "a", "bore")
    assert (found.count, found.out) == (4, 2)
    assert found.mean == pytest.approx(10.85)


def test_inspecting_takes_its_time_where_an_order_is_inspected() -> None:
    inspection = Inspection(duration=Constant(2 * MINUTE), per="unit")
    world = plant(step("a", inspection=inspection))
    state, _, _ = play(world, order())
    assert state.orders["o"].finished_at == 30 * MINUTE
    assert world.expected_work(order(), 0, "a") == 30 * MINUTE
    half = plant(step("a", inspection=Inspection(share=0.5, duration=Constant(2 * MINUTE))))
    assert half.expected_work(order(), 0, "a") == 11 * MINUTE
    state, _, _ = play(half, order(), chance=Certain())
    assert state.orders["o"].finished_at == 11 * MINUTE
    ends = {play(half, order(), chance=Chance(seed))[0].orders["o"].finished_at for seed in range(20)}
    assert ends == {10 * MINUTE, 12 * MINUTE}


def test_the_share_that_is_found_is_that_of_those_looked_at_who_do_not_pass() -> None:
    """Of 4000 single pieces a tenth is defective, half are looked at, three in ten defects pass: 0.035 fail."""
    inspection = Inspection(share=0.5, false_pass=0.3)
    world = plant(step("a", defects=0.1), step("b", inspection=inspection))
    state, facts, kpis = play(world, *(order(f"o{n}", 1) for n in range(4000)), chance=Chance(11))
    looked = sum(f.inspected for f in facts if isinstance(f, Inspected))
    assert binomial(4000, 0.5, 0.0005) <= looked <= binomial(4000, 0.5, 0.9995)
    assert binomial(4000, 0.035, 0.0005) <= (kpis["scrap_pieces"] or 0) <= binomial(4000, 0.035, 0.9995)
    escaped = escaped_pieces(world, state, Chance(11))
    assert binomial(4000, 0.065, 0.0005) <= escaped <= binomial(4000, 0.065, 0.9995)


def test_out_of_limits_is_what_the_normal_distribution_says() -> None:
    """Limits at one and a half and two standard deviations: 6.68 % below and 2.28 % above are out."""
    weight = Characteristic(id="w", target=0.0, sd=1.0, lower=-1.5, upper=2.0, found="at_once")
    world = plant(step("a", characteristics=(weight,)))
    _, facts, kpis = play(world, *(order(f"o{n}", 20) for n in range(300)), chance=Chance(5))
    share = 0.0668072 + 0.0227501
    assert binomial(6000, share, 0.0005) <= (kpis["scrap_pieces"] or 0) <= binomial(6000, share, 0.9995)
    values = [f.value for f in facts if isinstance(f, Measured)]
    assert abs(sum(values) / 300) < 3.3 / math.sqrt(300)


@pytest.mark.parametrize(("pieces", "share"), [(1, 0.3), (10, 0.05), (40, 0.9), (5000, 0.02), (200_000, 0.5)])
def test_binomial_counts_have_the_distribution_function_of_the_textbook(pieces: int, share: float) -> None:
    def below(count: int) -> float:
        logs = (
            math.lgamma(pieces + 1)
            - math.lgamma(k + 1)
            - math.lgamma(pieces - k + 1)
            + k * math.log(share)
            + (pieces - k) * math.log1p(-share)
            for k in range(max(0, count - 4000), count + 1)
        )
        return math.fsum(map(math.exp, logs))

    for u in (0.001, 0.3, 0.5, 0.8, 0.999):
        count = binomial(pieces, share, u)
        assert below(count) >= u - 1e-9
        assert count == 0 or below(count - 1) <= u + 1e-9


def test_a_sample_finds_as_many_as_the_hypergeometric_distribution_says() -> None:
    weights = [math.comb(3, k) * math.comb(7, 4 - k) / math.comb(10, 4) for k in range(4)]
    edges = [sum(weights[: k + 1]) for k in range(4)]
    for k, edge in enumerate(edges[:-1]):
        assert hypergeometric(10, 3, 4, edge - 1e-6) == k
        assert hypergeometric(10, 3, 4, edge + 1e-6) == k + 1
    assert hypergeometric(10, 10, 4, 0.5) == 4
    assert hypergeometric(10, 0, 4, 0.5) == 0


def test_capability_follows_the_textbook() -> None:
    """Mean moving range 1, so sigma is 1 / 1.128; limits 4 and 14, mean 10: cp 5/3 and cpk 4/3 of 1.128."""
    found = capability([9.0, 10.0, 11.0, 10.0], 4.0, 14.0)
    assert found.cp == pytest.approx(10 / 6 * 1.128, rel=1e-3)
    assert found.cpk == pytest.approx(4 / 3 * 1.128, rel=1e-3)
    assert found.ppk == pytest.approx(4 / (3 * math.sqrt(2 / 3)))
    assert capability([1.0, 2.0], None, 5.0).cp is None
    assert capability([1.0], 0.0, 5.0).cpk is None
    assert capability([], 0.0, 5.0).mean is None


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"on_fail": "rework"}, "'rework_to'"),
        ({"limit": 2}, "a limit of zero or more"),
        ({"on_fail": "hold"}, "'hold_time'"),
        ({"false_pass": 1.2}, "a share from 0 to 1"),
        ({"freed": 0.5}, "on_fail: hold"),
    ],
)
def test_an_inspection_that_makes_no_sense_is_refused_in_words(terms: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Inspection(**terms)


def test_rework_goes_to_a_step_that_there_is() -> None:
    with pytest.raises(ValueError, match="rework_to: no operation 'x'; there are a"):
        plant(step("a", inspection=Inspection(on_fail="rework", rework_to="x")))


def test_luck_of_quality_does_not_depend_on_other_orders() -> None:
    world = plant(
        Operation(id="a", machines={"a": Weibull(10 * MINUTE, 2.0)}, defects=0.2),
        step("b", inspection=Inspection(share=0.5, false_pass=0.2, on_fail="rework", rework_to="a", limit=3)),
    )
    alone, _, _ = play(world, order("o"))
    among, _, _ = play(world, order("x"), order("o"), order("y"))
    assert (alone.orders["o"].quantity, alone.orders["o"].repeats) == (
        among.orders["o"].quantity,
        among.orders["o"].repeats,
    )


def test_rework_at_another_location_is_taken_there_and_back() -> None:
    """Boring and gauging are apart: what fails is taken back by a vehicle, bored again, and brought to the gauge."""
    fleet = Carrier(Fleet(distances={"bore": {"gauge": 60.0}}), ("agv",))
    inspection = Inspection(false_fail=1.0, on_fail="rework", rework_to="bore", limit=1)
    steps = with_moves([step("bore"), step("gauge", inspection=inspection)], lambda each: each.id, [fleet])
    assert [each.id for each in steps] == ["bore", "to gauge", "gauge", "to bore"]
    assert steps[2].inspection is not None
    assert (steps[2].inspection.rework_to, dict(steps[2].next)) == ("to bore", {"leave": 1.0})
    assert dict(steps[3].next) == {"bore": 1.0}


def test_a_cancelled_order_leaves_at_once_or_after_its_step() -> None:
    """At five minutes o is on a, p waits before it, q comes later: o leaves at ten, the others at once."""
    world = plant(step("a"), step("b"))
    orders = (order("o"), order("p"), Order(id="q", product="p", release=HOUR), Order(id="r", product="p", due=HOUR))
    start = opening(world, orders)
    facts: list[Event] = []
    floor = SimulatedFloor(world, start.copy(), Chance(1), facts.append)
    run(floor, RULES["fifo"], 5 * MINUTE)
    for name in ("o", "p", "q"):
        floor.happen(OrderCancelled(5 * MINUTE, name))
    assert [floor.state.orders[name].stage for name in "opq"] == ["loaded", "cancelled", "cancelled"]
    fork = floor.fork()
    for each in (floor, fork):
        run(each, RULES["fifo"], FOREVER)
    assert fork.state == floor.state
    assert floor.state.orders["o"].since == 10 * MINUTE
    assert floor.state.orders["r"].finished_at == 30 * MINUTE
    assert (floor.state.unfinished, floor.state.on_floor) == (0, 0)
    kpis = measure(world, start, facts)
    assert (kpis["cancelled_orders"], kpis["finished_orders"], kpis["unfinished_orders"]) == (3, 1, 0)
    assert kpis["on_time_share"] == 1
    assert kpis["wip_end_orders"] == 0
    assert littles_law(world, start, facts).holds
    with pytest.raises(InvalidPlant, match="'p' has left the floor"):
        floor.happen(OrderCancelled(30 * MINUTE, "p"))


def test_the_quantity_of_an_order_changes_only_until_a_step_begins() -> None:
    world = plant(unit_step("a"), unit_step("b"))
    floor = SimulatedFloor(world, opening(world, (order("o"), order("p"))), Chance(1))
    run(floor, RULES["fifo"], 5 * MINUTE)
    floor.happen(OrderChanged(5 * MINUTE, Order(id="p", product="p", quantity=4, due=HOUR, weight=3.0)))
    floor.happen(OrderChanged(5 * MINUTE, Order(id="o", product="p", quantity=10, due=HOUR)))
    with pytest.raises(InvalidPlant, match="'o' has begun; its quantity stays 10"):
        floor.happen(OrderChanged(5 * MINUTE, Order(id="o", product="p", quantity=4)))
    run(floor, RULES["fifo"], FOREVER)
    assert (floor.state.orders["p"].quantity, floor.state.orders["p"].finished_at) == (4, 24 * MINUTE)
    assert floor.state.orders["o"].order.due == HOUR
