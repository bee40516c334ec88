"""Stocks that are used up, filled and run out: what happens when, worked out by hand."""

from dataclasses import replace

import pytest

from plant_models.batch import Batch
from plant_models.distributions import Constant
from plant_models.errors import InvalidPlant
from plant_models.events import (
    Consumed,
    Delivered,
    Event,
    Expired,
    Finished,
    OrderReleased,
    Reordered,
    Started,
    Stored,
)
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plan import Plan, Slot
from plant_models.plant import Amount, Buffer, Machine, Material, Plant, Release, Replenishment, WorkCenter
from plant_models.shifts import FOREVER, HOUR, MINUTE
from tests.twin.shops import line, minutes
from twin.chance import Certain
from twin.decisions import Start
from twin.floor import run
from twin.lateness import order_times
from twin.policies.follow import FollowPlan
from twin.policies.rules import fifo
from twin.simulated import SimulatedFloor
from twin.state import Lot, opening
from twin.tally import Tally


def played(plant: Plant, orders: list[Order], until: int = FOREVER) -> tuple[SimulatedFloor, list[Event]]:
    facts: list[Event] = []
    floor = SimulatedFloor(plant, opening(plant, orders), Certain(), facts.append)
    run(floor, fifo, until)
    return floor, facts


def of(kind: type, facts: list[Event]) -> list[tuple[object, ...]]:
    """The facts of a kind: when (in minutes), and all that they say."""
    return [
        (fact.time // MINUTE, *(getattr(fact, name) for name in fact.__struct_fields__[1:]))
        for fact in facts
        if isinstance(fact, kind)
    ]


def using(material: Material, quantity: int = 1, per: str = "unit", time: float = 10) -> Plant:
    """One machine, whose step takes some minutes and uses up a material."""
    plant = line(*minutes(time))
    amount = Amount(id=material.id, quantity=quantity, per=per)
    step = replace(plant.routings["r"].operations[0], consumes={material.id: amount})
    return replace(plant, routings={"r": Routing(id="r", operations=(step,))}, materials={material.id: material})


def pair(capacity: int | None, *, feed: float, join: float, need: int = 1) -> Plant:
    """A feeder, whose pieces are stocked as parts, and a machine that joins some of them."""
    steps = {
        "part": Operation(id="make", machines={"feeder": Constant(feed * MINUTE)}),
        "whole": Operation(
            id="join",
            machines={"joiner": Constant(join * MINUTE)},
            consumes={"parts": Amount(id="parts", quantity=need)},
        ),
    }
    machines = ("feeder", "joiner")
    return Plant(
        id="pair",
        work_centers={name: WorkCenter(id=name, buffer=name) for name in machines},
        machines={name: Machine(id=name, work_center=name) for name in machines},
        buffers={name: Buffer(id=name) for name in machines},
        routings={name: Routing(id=name, operations=(step,)) for name, step in steps.items()},
        products={
            "part": Product(id="part", routing="part", stock="parts"),
            "whole": Product(id="whole", routing="whole"),
        },
        materials={"parts": Material(id="parts", capacity=capacity)},
    )


def orders(count: int, product: str = "p", quantity: int = 1) -> list[Order]:
    return [Order(id=f"{product}{n}", product=product, quantity=quantity) for n in range(count)]


def test_an_order_waits_for_its_material_and_starts_when_it_comes() -> None:
    steel = Material(id="steel", stock=5, replenishment=Replenishment(quantity=4, every=HOUR))
    _, facts = played(using(steel, 2), orders(3, quantity=2))
    assert [time for time, *_ in of(Started, facts)] == [0, 60, 120]
    assert of(Consumed, facts) == [
        (0, "m0", "p0", 0, "steel", (("steel-0", 4),)),
        (60, "m0", "p1", 0, "steel", (("steel-0", 1), ("steel-1", 3))),
        (120, "m0", "p2", 0, "steel", (("steel-1", 1), ("steel-2", 3))),
    ]


def test_what_is_needed_once_for_an_order_does_not_grow_with_its_pieces() -> None:
    floor, _ = played(using(Material(id="kit", stock=3), 1, per="order"), orders(3, quantity=50))
    assert floor.state.unfinished == 0 and floor.state.stocks["kit"].level == 0


def test_a_shortage_that_nothing_heals_is_left_and_the_floor_says_so() -> None:
    floor, facts = played(using(Material(id="steel", stock=1)), orders(2))
    assert floor.state.unfinished == 1 and floor.state.now == 10 * MINUTE
    assert len(of(Started, facts)) == 1


def test_material_is_ordered_when_it_runs_low_and_comes_after_its_lead_time() -> None:
    low = Replenishment(quantity=3, reorder_point=1, lead_time=Constant(25 * MINUTE))
    floor, facts = played(using(Material(id="steel", stock=3, replenishment=low)), orders(6), 95 * MINUTE)
    assert [time for time, *_ in of(Started, facts)] == [0, 10, 20, 35, 45, 55]
    assert of(Reordered, facts) == [(10, "steel", 0, 3), (45, "steel", 1, 3)]
    assert of(Delivered, facts) == [(35, "steel", "steel-1", 3, 0, 0), (70, "steel", "steel-2", 3, 0, 1)]
    assert floor.state.stocks["steel"].ordered == []


def test_as_much_is_ordered_as_it_takes_to_be_above_the_reorder_point() -> None:
    low = Replenishment(quantity=3, reorder_point=7, lead_time=Constant(HOUR))
    floor, facts = played(using(Material(id="steel", replenishment=low)), orders(1), 0)
    assert of(Reordered, facts) == [(0, "steel", 0, 3), (0, "steel", 1, 3), (0, "steel", 2, 3)]
    assert [purchase.number for purchase in floor.state.stocks["steel"].ordered] == [0, 1, 2]


def test_a_delivery_that_does_not_fit_waits_before_the_door() -> None:
    rolls = Material(id="rolls", stock=3, capacity=4, replenishment=Replenishment(quantity=3, every=HOUR, first=0))
    floor, facts = played(using(rolls, time=15), orders(3), 29 * MINUTE)
    assert of(Delivered, facts) == [
        (0, "rolls", "rolls-1", 1, 2, None),
        (0, "rolls", "rolls-1", 1, 1, None),
        (15, "rolls", "rolls-1", 1, 0, None),
    ]
    assert floor.state.stocks["rolls"].lots == [Lot("rolls-0", 1), Lot("rolls-1", 3)]


def test_the_first_to_expire_is_used_first_and_what_expires_is_thrown_away() -> None:
    glue = Material(id="glue", stock=2, shelf_life=90 * MINUTE, replenishment=Replenishment(quantity=2, every=HOUR))
    late = [Order(id="p0", product="p", release=70 * MINUTE), Order(id="p1", product="p", release=100 * MINUTE)]
    floor, facts = played(using(glue), late, 155 * MINUTE)
    assert of(Consumed, facts) == [
        (70, "m0", "p0", 0, "glue", (("glue-0", 1),)),
        (100, "m0", "p1", 0, "glue", (("glue-1", 1),)),
    ]
    assert of(Expired, facts) == [(90, "glue", "glue-0", 1), (150, "glue", "glue-1", 1)]
    assert floor.state.stocks["glue"].level == 2


def test_what_expires_between_deliveries_does_not_keep_a_floor_waiting_for_ever() -> None:
    fresh = Replenishment(quantity=1, every=2 * HOUR)
    plant = using(Material(id="milk", shelf_life=HOUR, replenishment=fresh), 2)
    floor, _ = played(plant, orders(1))
    assert floor.state.unfinished == 1 and floor.state.now <= 2 * HOUR
    dry = Material(id="yeast", shelf_life=HOUR, replenishment=Replenishment(quantity=1, every=2 * HOUR, first=HOUR))
    step = plant.routings["r"].operations[0]
    step = replace(step, consumes={name: Amount(id=name, quantity=1) for name in ("milk", "yeast")})
    plant = replace(
        plant, routings={"r": Routing(id="r", operations=(step,))}, materials={**plant.materials, "yeast": dry}
    )
    floor, _ = played(plant, orders(1))
    assert floor.state.unfinished == 1


def test_parts_go_into_stock_and_an_assembly_takes_several() -> None:
    floor, facts = played(pair(None, feed=10, join=5, need=2), orders(4, "part") + orders(2, "whole"))
    assert of(Stored, facts) == [(10 * n + 10, "feeder", f"part{n}", "parts", f"part{n}", 1) for n in range(4)]
    assert of(Consumed, facts) == [
        (20, "joiner", "whole0", 0, "parts", (("part0", 1), ("part1", 1))),
        (40, "joiner", "whole1", 0, "parts", (("part2", 1), ("part3", 1))),
    ]
    assert floor.state.orders["part0"].finished_at == 10 * MINUTE and floor.state.unfinished == 0


def test_a_feeder_keeps_what_has_no_room_until_there_is_some() -> None:
    floor, facts = played(pair(1, feed=10, join=25), orders(4, "part") + orders(4, "whole"))
    assert [(time, fact[1]) for time, *fact in of(Stored, facts)] == [
        (10, "part0"),
        (20, "part1"),
        (35, "part2"),
        (60, "part3"),
    ]
    assert [time for time, machine, *_ in of(Started, facts) if machine == "feeder"] == [0, 10, 20, 35]
    assert [time for time, machine, *_ in of(Finished, facts) if machine == "joiner"] == [35, 60, 85, 110]
    assert floor.state.orders["part2"].finished_at == 35 * MINUTE


def test_with_no_room_at_all_a_machine_takes_from_the_machine_that_made_it() -> None:
    _, facts = played(pair(0, feed=10, join=25), orders(3, "part") + orders(3, "whole"))
    assert [time for time, machine, *_ in of(Started, facts) if machine == "feeder"] == [0, 10, 35]
    assert [time for time, machine, *_ in of(Started, facts) if machine == "joiner"] == [10, 35, 60]


def test_an_order_of_many_pieces_goes_into_a_small_stock_bit_by_bit() -> None:
    floor, facts = played(pair(2, feed=10, join=5), orders(1, "part", quantity=4) + orders(4, "whole"))
    assert [(time, quantity) for time, *_, quantity in of(Stored, facts)] == [(10, 2), (10, 1), (15, 1)]
    assert floor.state.orders["part0"].finished_at == 15 * MINUTE and floor.state.unfinished == 0


def test_taking_apart_gives_the_parts_of_the_good_pieces() -> None:
    plant = line(*minutes(10, 10), scrap=0.5)
    first, second = plant.routings["r"].operations
    parts = {"frame": Amount(id="frame", quantity=1), "screw": Amount(id="screw", quantity=4)}
    plant = replace(
        plant,
        routings={"r": Routing(id="r", operations=(replace(first, yields=parts), second))},
        materials={name: Material(id=name) for name in parts},
    )
    floor, facts = played(plant, orders(1, quantity=4))
    assert of(Stored, facts) == [(10, "m0", "p0", "frame", "p0", 2), (10, "m0", "p0", "screw", "p0", 8)]
    assert floor.state.unfinished == 0 and floor.state.orders["p0"].quantity == 1


def test_a_machine_that_keeps_what_has_no_room_is_blocked_and_its_order_in_process() -> None:
    plant = pair(0, feed=10, join=30)
    state = opening(plant, orders(2, "part") + orders(2, "whole"))
    tally = Tally(plant, state)
    run(SimulatedFloor(plant, state, Certain(), tally.see), fifo, FOREVER)
    tally.close(state.now)
    figures = tally.figures()
    assert figures["makespan_h"] == 70 / 60 and figures["finished_orders"] == 4
    assert figures["blocked_h"] == pytest.approx(20 / 60)
    assert tally.times()["feeder"]["blocked"] == 20 * MINUTE


def test_an_order_comes_in_when_the_work_of_another_is_done_though_its_machine_keeps_it() -> None:
    """Ten minutes of work may be on the floor, and part0 has none left from minute 10 on, though it waits till 60."""
    plant = replace(pair(0, feed=10, join=30), release=Release(work=10 * MINUTE))
    book = [*orders(2, "part"), Order(id="whole", product="whole", release=60 * MINUTE)]
    _, facts = played(plant, book)
    assert [(time, order) for time, order in of(OrderReleased, facts)][:2] == [(0, "part0"), (10, "part1")]


def test_time_without_material_is_told_as_such() -> None:
    steel = Material(id="steel", stock=1, replenishment=Replenishment(quantity=1, every=HOUR))
    plant, book = using(steel), orders(2)
    _, facts = played(plant, book)
    times = order_times(plant, opening(plant, book), facts)["p1"]
    assert {part: time // MINUTE for part, time in times.parts.items() if time} == {
        "machine": 10,
        "material": 50,
        "work": 10,
    }


def test_a_fork_waits_for_the_same_deliveries() -> None:
    low = Replenishment(quantity=3, reorder_point=1, lead_time=Constant(25 * MINUTE))
    plant = using(Material(id="steel", stock=3, replenishment=low))
    whole, facts = played(plant, orders(6))
    cut, before = played(plant, orders(6), 30 * MINUTE)
    run(cut.fork(record=before.append), fifo, FOREVER)
    assert before == facts and whole.state.unfinished == 0


def test_more_than_is_there_cannot_be_used_up() -> None:
    floor, _ = played(using(Material(id="steel", stock=1)), orders(1), 0)
    with pytest.raises(InvalidPlant, match="2 of lot 'steel-0' are gone, and only 0 were in stock"):
        floor.happen(Consumed(0, "m0", "p0", 0, "steel", (("steel-0", 2),)))


def test_what_cannot_be_is_refused_with_what_would_be_right() -> None:
    with pytest.raises(ValueError, match="wanted either 'every', or 'reorder_point' and 'lead_time'"):
        Replenishment(quantity=1, reorder_point=2)
    with pytest.raises(ValueError, match="no room in a capacity of 2"):
        Material(id="steel", stock=3, capacity=2)
    plant = using(Material(id="steel", capacity=4))
    stocked = {"p": replace(plant.products["p"], stock="steel")}
    with pytest.raises(InvalidPlant, match="no material 'tin'; there are steel"):
        replace(plant, products={"p": replace(plant.products["p"], stock="tin")})
    reserving = {"c0": replace(plant.work_centers["c0"], blocking="before_service")}
    with pytest.raises(InvalidPlant, match="cannot block before service, because the stock of 'steel' has a capacity"):
        replace(plant, products=stocked, work_centers=reserving)


def oven(material: Material, batch: Batch) -> Plant:
    """One machine that works in batches, whose step takes ten minutes and uses up one of a material for each piece."""
    plant = using(material)
    machines = {"m0": replace(plant.machines["m0"], batch=batch)}
    return replace(plant, machines=machines, buffers={"b0": replace(plant.buffers["b0"], discipline="any")})


def batches(facts: list[Event]) -> list[tuple[int, str]]:
    """When each batch began, and who was in it."""
    return [
        (fact.time // MINUTE, " ".join(sorted((fact.order, *fact.mates))))
        for fact in facts
        if isinstance(fact, Started)
    ]


def test_a_batch_is_of_those_for_which_there_is_enough() -> None:
    """Three fit, and there is steel for two; the third waits for the delivery at minute 30."""
    steel = Material(id="steel", stock=2, replenishment=Replenishment(quantity=1, every=30 * MINUTE))
    _, facts = played(oven(steel, Batch(most=3)), orders(3))
    assert batches(facts) == [(0, "p0 p1"), (30, "p2")]
    assert sorted(fact[2] for fact in of(Consumed, facts)) == ["p0", "p1", "p2"]


def test_one_that_needs_less_goes_with_a_batch_for_which_the_next_needs_too_much() -> None:
    steel = Material(id="steel", stock=2, replenishment=Replenishment(quantity=3, every=30 * MINUTE))
    book = [replace(order, quantity=pieces) for order, pieces in zip(orders(3), (1, 3, 1), strict=True)]
    _, facts = played(oven(steel, Batch(most=3)), book)
    assert batches(facts) == [(0, "p0 p2"), (30, "p1")]


def test_a_batch_that_is_too_small_for_want_of_material_waits_for_it() -> None:
    steel = Material(id="steel", stock=1, replenishment=Replenishment(quantity=1, every=20 * MINUTE))
    plant = oven(steel, Batch(most=4, least=2))
    _, facts = played(plant, orders(2))
    assert batches(facts) == [(20, "p0 p1")]
    parts = order_times(plant, opening(plant, orders(2)), facts).orders["p0"].parts
    assert parts["material"] == 20 * MINUTE
    patient = oven(steel, Batch(most=4, least=2, longest_wait=5 * MINUTE))
    assert batches(played(patient, orders(2))[1]) == [(5, "p0"), (20, "p1")]


def test_a_batch_for_which_there_will_never_be_enough_is_left() -> None:
    floor, facts = played(oven(Material(id="steel", stock=1), Batch(most=4, least=2)), orders(2))
    assert (batches(facts), floor.state.unfinished) == ([], 2)


def test_a_batch_that_is_chosen_must_have_its_material() -> None:
    plant = oven(Material(id="steel", stock=2), Batch(most=3))
    floor = SimulatedFloor(plant, opening(plant, orders(3)), Certain())
    decision = floor.advance(HOUR)
    assert decision is not None
    with pytest.raises(ValueError, match="not enough 'steel' for p0, p1, p2 together"):
        floor.start(decision, Start("p0", mates=("p1", "p2")))
    floor.start(decision, Start("p0", mates=("p2",)))
    assert floor.state.stocks["steel"].level == 0


def test_a_plan_goes_on_without_those_for_whom_there_is_no_material() -> None:
    """The plan has three together; when the tolerance is over, two go."""
    plant = oven(Material(id="steel", stock=2), Batch(most=3))
    end = 10 * MINUTE
    slots = tuple(Slot(machine="m0", order=f"p{n}", step=0, setup_start=0, start=0, end=end) for n in range(3))
    follow = FollowPlan(Plan(slots=slots, made_at=0, source="hand"), tolerance=15 * MINUTE)
    facts: list[Event] = []
    run(SimulatedFloor(plant, opening(plant, orders(3)), Certain(), facts.append), follow, HOUR)
    assert batches(facts) == [(15, "p0 p1")]


def test_a_batch_takes_from_what_waits_before_a_full_stock() -> None:
    """A stock of no room: both orders take their steel straight from the delivery before the door."""
    steel = Material(id="steel", capacity=0, replenishment=Replenishment(quantity=2, every=20 * MINUTE))
    _, facts = played(oven(steel, Batch(most=2, least=2)), orders(2))
    assert batches(facts) == [(20, "p0 p1")]
