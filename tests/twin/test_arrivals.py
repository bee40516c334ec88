"""Orders that come by themselves: when, for what, how many, and until when."""

from dataclasses import replace

import pytest

from plant_models.distributions import Constant, Empirical, Exponential, Trace, Uniform
from plant_models.errors import InvalidPlant
from plant_models.events import Event, OrderAdded, OrderReleased
from plant_models.orders import Order, Product
from plant_models.plant import Arrival, Plant, Release
from plant_models.scenario import Scenario
from plant_models.shifts import FOREVER, HOUR, MINUTE
from tests.twin.shops import line, minutes
from twin import changes
from twin.chance import Certain, Chance, Luck
from twin.floor import run
from twin.policies.rules import fifo
from twin.rehearsal import rehearse
from twin.simulated import SimulatedFloor
from twin.state import opening
from twin.trials import horizon

PLANT = line(*minutes(10))


def with_arrivals(plant: Plant = PLANT, **of: Arrival) -> Plant:
    return replace(plant, arrivals=of)


def come(plant: Plant, until: int, chance: Luck | None = None, *orders: Order) -> list[Order]:
    """The orders that came by themselves."""
    facts: list[Event] = []
    run(SimulatedFloor(plant, opening(plant, orders), chance or Certain(), facts.append), fifo, until)
    return [fact.order for fact in facts if isinstance(fact, OrderAdded) and fact.source]


def test_orders_come_one_after_another_and_are_released_at_once() -> None:
    """Every 20 minutes from 08:00, three of them, each wanted an hour after it came."""
    stream = Arrival(
        id="calls",
        product="p",
        between=Constant(20 * MINUTE),
        start=2 * HOUR,
        limit=3,
        quantity=Constant(4),
        due_after=Constant(HOUR),
        weight=3.0,
        priority=1,
    )
    plant = with_arrivals(calls=stream)
    facts: list[Event] = []
    floor = SimulatedFloor(plant, opening(plant), Certain(), facts.append)
    run(floor, fifo, FOREVER)
    times = [2 * HOUR + n * 20 * MINUTE for n in (1, 2, 3)]
    assert [fact.order for fact in facts if isinstance(fact, OrderAdded)] == [
        Order(
            id=f"calls-{n}",
            product="p",
            quantity=4,
            release=time,
            due=time + HOUR,
            weight=3.0,
            priority=1,
        )
        for n, time in enumerate(times, 1)
    ]
    assert [fact.time for fact in facts if isinstance(fact, OrderReleased)] == times
    assert floor.state.unfinished == 0
    assert floor.state.arrivals["calls"].come == 3
    assert floor.state.now == times[-1] + 10 * MINUTE


def test_the_first_may_come_at_the_start_and_none_comes_at_the_end() -> None:
    stream = Arrival(id="s", product="p", between=Constant(HOUR), first=Constant(0), end=3 * HOUR)
    assert [order.release for order in come(with_arrivals(s=stream), FOREVER)] == [0, HOUR, 2 * HOUR]


def test_recorded_times_come_in_their_order_and_round_again() -> None:
    stream = Arrival(
        id="s", product="p", between=Trace((MINUTE, 5 * MINUTE)), quantity=Trace((7, 2, 1)), limit=4, end=DAY_LATER
    )
    found = come(with_arrivals(s=stream), FOREVER, Chance(1))
    assert [(order.release // MINUTE, order.quantity) for order in found] == [(1, 7), (6, 2), (7, 1), (12, 7)]


DAY_LATER = 24 * HOUR
MIXED = replace(PLANT, products={name: Product(id=name, routing="r") for name in ("a", "b", "c")})


def test_a_mix_has_its_shares() -> None:
    stream = Arrival(id="s", mix={"a": 5, "b": 3, "c": 2}, between=Exponential(MINUTE), limit=4000)
    for chance, most in ((Chance(1), 0.03), (Certain(), 0.002)):
        found = [order.product for order in come(with_arrivals(MIXED, s=stream), FOREVER, chance)]
        for product, share in (("a", 0.5), ("b", 0.3), ("c", 0.2)):
            assert found.count(product) / 4000 == pytest.approx(share, abs=most)


def test_with_certain_times_products_take_turns() -> None:
    stream = Arrival(id="s", mix={"a": 1, "b": 1}, between=Constant(MINUTE), limit=10)
    found = [order.product for order in come(with_arrivals(MIXED, s=stream), FOREVER)]
    assert found.count("a") == 5
    assert "aaa" not in "".join(found)


def test_quantities_are_whole_and_spread() -> None:
    stream = Arrival(id="s", product="p", between=Constant(MINUTE), limit=2000, quantity=Empirical((1, 10), (3.0, 1.0)))
    found = [order.quantity for order in come(with_arrivals(s=stream), FOREVER, Chance(3))]
    assert set(found) == {1, 10}
    assert found.count(10) / 2000 == pytest.approx(0.25, abs=0.03)
    small = replace(stream, quantity=Uniform(0, 2))
    assert {order.quantity for order in come(with_arrivals(s=small), FOREVER, Chance(3))} == {1, 2}


def test_every_stream_has_draws_of_its_own() -> None:
    """Another stream, or another order in the book, does not move the orders of this one."""
    stream = Arrival(id="s", product="p", between=Exponential(30 * MINUTE), quantity=Uniform(1, 9))
    more = replace(stream, id="t")
    alone = come(with_arrivals(s=stream), DAY_LATER, Chance(5))
    both = come(with_arrivals(t=more, s=stream), DAY_LATER, Chance(5), Order(id="o", product="p"))
    assert [order for order in both if order.id.startswith("s-")] == alone
    assert [order.release for order in both if order.id.startswith("t-")] != [order.release for order in alone]


@pytest.mark.parametrize("cut", [0, 7, 100, 333])
def test_a_fork_meets_the_same_arrivals(cut: int) -> None:
    stream = Arrival(id="s", product="p", between=Exponential(15 * MINUTE), quantity=Uniform(1, 9))
    plant = replace(with_arrivals(s=stream), release=Release(orders=2))
    floor = SimulatedFloor(plant, opening(plant), Chance(8))
    run(floor, fifo, cut * MINUTE)
    fork = floor.fork()
    run(floor, fifo, 10 * HOUR)
    run(fork, fifo, 10 * HOUR)
    assert floor.state == fork.state
    assert floor.state.arrivals["s"].come > 20


def test_on_a_floor_that_waited_the_next_comes_later_than_now() -> None:
    """Five hours without an order: what was drawn for another future is over, and it is drawn on condition of that."""
    stream = Arrival(id="s", product="p", between=Uniform(HOUR, 6 * HOUR))
    plant = with_arrivals(s=stream)
    state = opening(plant)
    state.now = 5 * HOUR
    found = []
    for seed in range(40):
        floor = SimulatedFloor(plant, state.copy(), Chance(seed))
        run(floor, fifo, 6 * HOUR)
        found.append(floor.state.arrivals["s"].last)
    assert min(found) >= 5 * HOUR
    assert max(found) <= 6 * HOUR
    assert sum(found) / 40 == pytest.approx(5.5 * HOUR, rel=0.03)


def test_a_full_floor_lets_them_wait() -> None:
    stream = Arrival(id="s", product="p", between=Constant(4 * MINUTE), limit=3)
    plant = replace(with_arrivals(s=stream), release=Release(orders=1))
    facts: list[Event] = []
    run(SimulatedFloor(plant, opening(plant), Certain(), facts.append), fifo, FOREVER)
    assert [fact.time // MINUTE for fact in facts if isinstance(fact, OrderReleased)] == [4, 14, 24]


def test_a_name_that_is_taken_is_passed_over() -> None:
    stream = Arrival(id="s", product="p", between=Constant(HOUR), limit=2)
    found = come(with_arrivals(s=stream), FOREVER, Certain(), Order(id="s-1", product="p"))
    assert [order.id for order in found] == ["s-2", "s-3"]


ENDLESS = with_arrivals(s=Arrival(id="s", product="p", between=Exponential(30 * MINUTE)))


def test_who_does_not_say_how_far_is_told_why_he_must() -> None:
    floor = SimulatedFloor(ENDLESS, opening(ENDLESS), Chance(1))
    for ask in (lambda: floor.advance(), lambda: rehearse(ENDLESS, opening(ENDLESS), fifo, runs=2)):
        with pytest.raises(InvalidPlant, match=r"orders keep arriving \(s\).*say how far to look ahead"):
            ask()


def test_a_rehearsal_counts_those_that_came() -> None:
    found = rehearse(ENDLESS, opening(ENDLESS), fifo, runs=30, workers=1, until=200 * HOUR)
    assert found.mean("finished_orders").value == pytest.approx(400, rel=0.05)
    assert found.finishes == {}, "it answers for the orders that are known"


def test_a_rehearsal_without_an_end_plays_until_the_last_has_left() -> None:
    plant = with_arrivals(s=Arrival(id="s", product="p", between=Exponential(30 * MINUTE), limit=20))
    found = rehearse(plant, opening(plant), fifo, runs=5, workers=1)
    assert list(found.figures["finished_orders"]) == [20] * 5
    assert horizon(plant, opening(plant)) > 20 * 30 * MINUTE


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"product": None}, "either a product, or a mix"),
        ({"mix": {"p": 1.0}}, "either a product, or a mix"),
        ({"product": None, "mix": {"p": 0.0}}, "shares of the mix must be more than zero"),
        ({"between": Constant(0)}, "the time between orders must be more than zero"),
        ({"end": 0}, "end after that"),
        ({"limit": 0}, "at least 1 order"),
        ({"weight": -1.0}, "weight must be"),
        ({"priority": 1 << 20}, "priority must be"),
        ({"quantity": Constant(0)}, "quantity must be more than zero"),
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(Arrival(id="s", product="p", between=Constant(HOUR)), **wrong)


def test_arrivals_of_a_product_that_is_not_there_are_refused() -> None:
    with pytest.raises(InvalidPlant, match="arrivals 's': no product 'q'; there are p"):
        with_arrivals(s=Arrival(id="s", product="q", between=Constant(HOUR)))


def test_what_if_they_came_more_often_is_asked_with_the_same_draws() -> None:
    scenario = Scenario(id="s", plant=ENDLESS, orders=())
    more = changes.Demand("s", 2.0).apply(scenario).plant
    few, many = (come(plant, 20 * HOUR, Chance(4)) for plant in (ENDLESS, more))
    assert len(many) > len(few) > 20
    assert all(abs(2 * many[n].release - few[n].release) <= 2 * n + 2 for n in range(len(few))), "but for rounding"
    assert changes.read([{"change": "demand", "arrivals": "s", "factor": 2}]) == (changes.Demand("s", 2.0),)
    for wrong, message in ((changes.Demand("t", 2.0), "no arrivals 't'"), (changes.Demand("s", 0.0), "more than zero")):
        with pytest.raises(InvalidPlant, match=message):
            wrong.apply(scenario)
