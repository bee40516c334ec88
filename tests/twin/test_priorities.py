"""Classes of priority: what comes first where somebody may choose, and what stays as it is."""

from dataclasses import replace

import pytest

from plant_models.batch import Batch
from plant_models.errors import InvalidPlant
from plant_models.events import Event, OrderChanged, OrderReleased, Started
from plant_models.orders import Operation, Order
from plant_models.plant import Plant, Release
from plant_models.scenario import Scenario
from plant_models.shifts import FOREVER, MINUTE
from tests.twin.shops import line, minutes
from twin.chance import Certain
from twin.changes import AddOrder, Priority
from twin.floor import run
from twin.policies.rules import RULES
from twin.simulated import SimulatedFloor
from twin.state import opening


def order(name: str, minute: int = 0, priority: int = 0, quantity: int = 1) -> Order:
    return Order(id=name, product="p", release=minute * MINUTE, priority=priority, quantity=quantity)


def choosing(plant: Plant) -> Plant:
    """The same where machines may take any order that waits."""
    return replace(plant, buffers={name: replace(b, discipline="any") for name, b in plant.buffers.items()})


def begun(plant: Plant, *orders: Order, rule: str = "fifo") -> list[str]:
    """The orders as they were begun; those of a batch as one word."""
    facts: list[Event] = []
    run(SimulatedFloor(plant, opening(plant, orders), Certain(), facts.append), RULES[rule], FOREVER)
    return [" ".join((fact.order, *fact.mates)) for fact in facts if isinstance(fact, Started)]


PLANT = choosing(line(*minutes(10)))


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_takes_the_highest_class_first(rule: str) -> None:
    """The first is on the machine when the others come; c is of the highest class, d of the lowest."""
    orders = [order("a"), order("b", 1), order("c", 2, 5), order("d", 3, -1)]
    assert begun(PLANT, *orders, rule=rule) == ["a", "c", "b", "d"]


def test_within_a_class_the_rule_decides() -> None:
    orders = [order("a"), order("b", 1, 1, 9), order("c", 2, 1), order("d", 3)]
    plant = replace(
        PLANT, routings={"r": replace(PLANT.routings["r"], operations=(replace(_step(PLANT), per="unit"),))}
    )
    assert begun(plant, *orders, rule="spt") == ["a", "c", "b", "d"]
    assert begun(plant, *orders, rule="lpt") == ["a", "b", "c", "d"]


def _step(plant: Plant) -> Operation:
    return plant.routings["r"].operations[0]


@pytest.mark.parametrize(("discipline", "expected"), [("fifo", ["a", "b", "c"]), ("lifo", ["a", "c", "b"])])
def test_a_buffer_that_gives_the_next_order_does_not_ask_for_classes(discipline: str, expected: list[str]) -> None:
    buffers = {"b0": replace(PLANT.buffers["b0"], discipline=discipline)}
    assert begun(replace(PLANT, buffers=buffers), order("a"), order("b", 1, 9), order("c", 2)) == expected


def test_a_batch_is_filled_with_the_highest_class_that_fits() -> None:
    """When a is done four wait; b leads, since it is of the highest class, and d is of the next."""
    machines = {"m0": replace(PLANT.machines["m0"], batch=Batch(most=2))}
    orders = [order("a"), order("c", 1), order("d", 2, 1), order("b", 3, 2), order("e", 4)]
    assert [set(batch.split()) for batch in begun(replace(PLANT, machines=machines), *orders)] == [
        {"a"},
        {"b", "d"},
        {"c", "e"},
    ]


def released(plant: Plant, *orders: Order) -> list[tuple[str, int]]:
    """Who came in, and in which minute."""
    facts: list[Event] = []
    run(SimulatedFloor(plant, opening(plant, orders), Certain(), facts.append), RULES["fifo"], FOREVER)
    return [(fact.order, fact.time // MINUTE) for fact in facts if isinstance(fact, OrderReleased)]


def test_a_full_floor_lets_the_highest_class_in_first() -> None:
    plant = replace(PLANT, release=Release(orders=1))
    orders = [order("a"), order("b", 1), order("c", 2, 1), order("d", 15, 1)]
    assert released(plant, *orders) == [("a", 0), ("c", 10), ("d", 20), ("b", 30)]


def test_who_does_not_fit_is_not_overtaken_by_a_lower_class() -> None:
    """The floor may have 25 minutes of work before it: the hot one with 20 waits until nothing is left of a."""
    step = replace(_step(PLANT), per="unit")
    plant = replace(
        PLANT,
        release=Release(work=25 * MINUTE),
        routings={"r": replace(PLANT.routings["r"], operations=(step,))},
    )
    orders = [order("a"), order("hot", 1, 1, 2), order("small", 2)]
    assert released(plant, *orders) == [("a", 0), ("hot", 10), ("small", 30)]
    assert released(plant, order("a"), order("hot", 1, 0, 2), order("small", 0, 1)) == [
        ("small", 0),
        ("a", 0),
        ("hot", 20),
    ]


def test_a_later_order_of_a_higher_class_comes_in_when_it_fits() -> None:
    """While the big one waits for room, a small one of a higher class comes and there is room for it at once."""
    step = replace(_step(PLANT), per="unit")
    plant = replace(
        PLANT,
        release=Release(work=25 * MINUTE),
        routings={"r": replace(PLANT.routings["r"], operations=(step,))},
    )
    assert released(plant, order("a"), order("big", 1, 0, 3), order("hot", 5, 1)) == [("a", 0), ("hot", 5), ("big", 20)]


def test_a_class_can_change_while_an_order_waits() -> None:
    orders = [order("a"), order("b", 1), order("c", 2)]
    facts: list[Event] = []
    floor = SimulatedFloor(PLANT, opening(PLANT, orders), Certain(), facts.append)
    run(floor, RULES["fifo"], 5 * MINUTE)
    floor.happen(OrderChanged(5 * MINUTE, replace(orders[2], priority=1)))
    fork = floor.fork()
    run(floor, RULES["fifo"], FOREVER)
    run(fork, RULES["fifo"], FOREVER)
    assert [fact.order for fact in facts if isinstance(fact, Started)] == ["a", "c", "b"]
    assert fork.state == floor.state


def test_lots_are_of_the_class_of_their_order() -> None:
    step = replace(_step(PLANT), split=1)
    plant = replace(PLANT, routings={"r": replace(PLANT.routings["r"], operations=(step,))})
    assert begun(plant, order("a"), order("b", 1), order("c", 2, 1, 2)) == ["a", "c/1", "c/2", "b"]


def test_a_class_is_an_int16() -> None:
    with pytest.raises(ValueError, match="priority must be -32768 to 32767"):
        order("a", 0, 32768)


def test_the_priority_of_an_order_that_is_not_there_cannot_change() -> None:
    scenario = Scenario(id="s", plant=PLANT, orders=(order("a"),))
    with pytest.raises(InvalidPlant, match="no order 'z'; there are a"):
        Priority("z", 1).apply(scenario)
    assert Priority("a", 1).words() == "order a has priority 1"


def test_an_order_that_is_added_says_its_priority() -> None:
    hot = AddOrder(Order(id="hot", product="bolt", quantity=3, priority=2))
    assert hot.words() == "one more order hot: 3 of bolt, priority 2"
    assert "priority" not in AddOrder(Order(id="plain", product="bolt")).words()
