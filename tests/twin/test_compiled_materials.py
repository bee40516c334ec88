"""Materials and stocks on the compiled floor, as on the simulated one: facts, states, figures."""

from dataclasses import replace

import pytest

from plant_models.batch import Batch
from plant_models.distributions import Exponential
from plant_models.events import Consumed, Delivered, Expired, Reordered, Stored
from plant_models.materials import Amount, Delay, Material, Replenishment
from plant_models.orders import Order, Product, Routing
from plant_models.plant import Plant, Release
from plant_models.shifts import HOUR, MINUTE
from tests.twin.floors import both
from tests.twin.shops import line, minutes
from twin.batch import Batch as Floors
from twin.chance import Certain, Chance
from twin.compiled.floor import CompiledFloor
from twin.compiled.refusing import refusals
from twin.floor import run
from twin.policies.rules import fifo
from twin.simulated import SimulatedFloor
from twin.state import Lot, Purchase, State, StockState, opening
from twin.trials import trials

ORDERS = tuple(Order(id=f"o{n}", product="p", quantity=2, release=n * 5 * MINUTE) for n in range(12))
STEEL = Material(id="steel", stock=3, capacity=8)
LOW = Replenishment(quantity=5, reorder_point=4, lead_time=Exponential(40 * MINUTE))
HOURLY = Replenishment(quantity=3, every=20 * MINUTE, late=(Delay(40 * MINUTE, 4 * HOUR),))


def using(*materials: Material, yields: str | None = None, stock: str | None = None) -> Plant:
    """Two machines in line: the first uses up all materials but the one that the second yields."""
    plant = line(*minutes(10, 4))
    first, second = plant.routings["r"].operations
    consumes = {m.id: Amount(id=m.id, quantity=1) for m in materials if m.id != yields}
    made = {} if yields is None else {yields: Amount(id=yields, quantity=1)}
    steps = (replace(first, consumes=consumes), replace(second, yields=made))
    return replace(
        plant,
        routings={"r": Routing(id="r", operations=steps)},
        products={"p": Product(id="p", routing="r", stock=stock)},
        materials={m.id: m for m in materials},
    )


def of(plant: Plant, kind: type, orders: tuple[Order, ...] = ORDERS, until: int = 12 * HOUR) -> int:
    """How many facts of a kind there are, on both floors; from the middle they go on the same way."""
    start = opening(plant, orders)
    facts = both(plant, start, Chance(3), until=until)
    half = SimulatedFloor(plant, start, Chance(3))
    run(half, fifo, 55 * MINUTE)
    both(plant, half.state, Chance(3), until=until)
    both(plant, half.state, Certain())
    return sum(isinstance(fact, kind) for fact in facts)


def test_what_runs_low_is_ordered_and_comes_and_is_used_up() -> None:
    plant = using(replace(STEEL, replenishment=LOW))
    assert of(plant, Reordered) > 2
    assert of(plant, Delivered) > 2
    assert of(plant, Consumed) == len(ORDERS)


def test_all_that_a_delay_held_up_comes_at_its_end() -> None:
    held_up = using(replace(STEEL, replenishment=HOURLY, capacity=None))
    facts = both(held_up, opening(held_up, ORDERS), Certain())
    assert sum(isinstance(fact, Delivered) and fact.time == 4 * HOUR for fact in facts) == 11
    assert of(held_up, Delivered) > 11


def test_what_has_no_room_waits_before_the_door_and_on_machines() -> None:
    tight = using(replace(STEEL, capacity=3, replenishment=HOURLY), Material(id="nuts", capacity=5), yields="nuts")
    assert of(tight, Stored) >= 2
    assert both(tight, opening(tight, ORDERS), Chance(1), until=30 * HOUR)


def test_what_is_kept_too_long_expires() -> None:
    assert of(using(replace(STEEL, stock=8, shelf_life=35 * MINUTE, replenishment=HOURLY)), Expired) > 1


def test_products_go_into_a_stock_from_which_others_are_made() -> None:
    plant = using(STEEL, Material(id="kit", stock=4, capacity=4), yields="steel", stock="kit")
    plant = replace(plant, release=Release(work=60 * MINUTE))
    assert of(plant, Stored) > 4


def test_orders_of_a_batch_are_taken_as_far_as_there_is_material() -> None:
    plant = using(replace(STEEL, stock=4, replenishment=LOW))
    oven = replace(plant.machines["m0"], batch=Batch(most=4, least=2, longest_wait=None, by="any"))
    assert of(replace(plant, machines={**plant.machines, "m0": oven}), Consumed) >= 4


def test_stocks_are_never_too_small_for_what_comes_in_without_end() -> None:
    """Nobody uses up what is delivered: what waits before the door grows beyond the room that there was for it."""
    often = Replenishment(quantity=1, every=MINUTE)
    plant = using(replace(STEEL, capacity=3, replenishment=often), Material(id="rust"), yields="rust")
    routing = plant.routings["r"]
    plant = replace(
        plant, routings={"r": replace(routing, operations=tuple(replace(s, consumes={}) for s in routing.operations))}
    )
    start, until = opening(plant, ORDERS), 60 * HOUR
    facts = both(plant, start, Chance(1), until=until)
    assert sum(isinstance(fact, Delivered) for fact in facts) == 60 * 60
    floor = CompiledFloor(plant, start, Chance(1), fifo)
    before = floor.snapshot()
    floor.run(until)
    after = floor.state
    assert len(after.stocks["steel"].outside) == 60 * 60
    floor.restore(before)
    floor.run(until)
    assert floor.state == after
    floors = Floors(plant, start, [Chance(1), Chance(2)], fifo)
    floors.advance(until)
    assert floors.floors[0].state == after


def test_a_floor_goes_on_from_lots_of_any_name_and_from_what_is_overdue() -> None:
    plant, start = using(replace(STEEL, shelf_life=2 * HOUR, replenishment=LOW)), opening(using(STEEL), ORDERS)
    start.now = 90 * MINUTE
    start.stocks["steel"] = StockState(
        6,
        [Lot("heat 7", 1, 100 * MINUTE), Lot("steel-2", 2, 110 * MINUTE), Lot("heat 7", 3, 3 * HOUR)],
        [],
        [Lot("steel-3", 4), Lot("from a friend", 1)],
        [Purchase(2, 0, 5), Purchase(1, 80 * MINUTE, 7)],
        3,
        3,
        85 * MINUTE,
    )
    facts = both(plant, start, Chance(5), until=20 * HOUR)
    used = {lot for fact in facts if isinstance(fact, Consumed) for lot, _ in fact.lots}
    assert {"heat 7", "steel-2", "from a friend"} <= used


@pytest.mark.parametrize("warm_up", [0, 30 * MINUTE])
@pytest.mark.parametrize("until", [None, 6 * HOUR])
def test_shortages_are_counted_the_same_way(until: int | None, warm_up: int) -> None:
    plant = using(replace(STEEL, replenishment=LOW), Material(id="nuts", capacity=5), yields="nuts", stock="nuts")
    start, seeds = opening(plant, ORDERS), [(n, n) for n in range(5)]
    ours = trials(plant, start, fifo, Chance, seeds=seeds, until=until, warm_up=warm_up)
    theirs = trials(plant, start, fifo, Chance, seeds=seeds, until=until, warm_up=warm_up, engine="compiled")
    assert theirs == ours


def test_an_order_with_the_name_of_a_lot_and_a_stock_of_nothing_known_are_refused() -> None:
    plant = using(STEEL)
    state = opening(plant, (*ORDERS, Order(id="steel-4", product="p", quantity=1)))
    assert refusals(plant, state, fifo) == ("order 'steel-4' has the name of a lot of material 'steel'",)
    state = opening(plant, ORDERS)
    state.stocks["gold"] = StockState(0, [], [], [], [])
    assert refusals(plant, state, fifo) == ("there is a stock of material 'gold' on the floor, not in the plant",)


def test_stocks_that_a_state_does_not_know_are_filled_as_at_the_epoch() -> None:
    plant = using(STEEL)
    bare: State = opening(line(*minutes(10, 4)), ORDERS)
    assert both(plant, bare, Certain()) == both(plant, opening(plant, ORDERS), Certain())
