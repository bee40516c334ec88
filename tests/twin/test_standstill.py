"""Orders that wait for each other in a circle are named, with what each of them keeps from the other."""

from dataclasses import replace

from plant_models.distributions import Constant
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Amount, Buffer, Machine, Material, Plant, Tool, WorkCenter
from plant_models.shifts import FOREVER, MINUTE
from scheduler.stuck import why_stuck
from tests.twin.test_materials import using
from twin.chance import Certain
from twin.floor import run
from twin.policies.rules import fifo
from twin.simulated import SimulatedFloor
from twin.standstill import circle
from twin.state import State, opening


def end_of(plant: Plant, orders: list[Order]) -> State:
    floor = SimulatedFloor(plant, opening(plant, orders), Certain())
    run(floor, fifo, FOREVER)
    return floor.state


def step(name: str, machine: str, **more: object) -> Operation:
    return Operation(id=name, machines={machine: Constant(10 * MINUTE)}, **more)


def floor(routings: dict[str, tuple[Operation, ...]], **more: object) -> Plant:
    """Machines that each have a queue of their own, and a product for each routing."""
    machines = sorted({name for steps in routings.values() for one in steps for name in one.machines})
    products = more.pop("products", None) or {name: Product(id=name, routing=name) for name in routings}
    return Plant(
        id="floor",
        work_centers={name: WorkCenter(id=name, buffer=name) for name in machines},
        machines={name: Machine(id=name, work_center=name) for name in machines},
        buffers={name: Buffer(id=name) for name in machines},
        routings={name: Routing(id=name, operations=steps) for name, steps in routings.items()},
        products=products,
        **more,
    )


def crossed() -> tuple[Plant, list[Order]]:
    """One order has the bin and needs the tray, another has the tray and needs the bin."""
    both = ("bin", "tray")
    routings = {
        "a": (step("fill", "m1", takes=("bin",)), step("join", "m3", takes=("tray",), returns=both)),
        "b": (step("lay", "m2", takes=("tray",)), step("join", "m3", takes=("bin",), returns=both)),
    }
    tools = {name: Tool(id=name) for name in both}
    return floor(routings, tools=tools), [Order(id="o1", product="a"), Order(id="o2", product="b")]


def test_orders_that_have_each_others_carriers_are_named() -> None:
    plant, orders = crossed()
    way = circle(plant, end_of(plant, orders))
    assert [claim.said() for claim in way] == [
        "o1 waits for a tray, which o2 has",
        "o2 waits for a bin, which o1 has",
    ]


def test_with_one_more_carrier_there_is_no_circle() -> None:
    plant, orders = crossed()
    plant = replace(plant, tools={**plant.tools, "bin": replace(plant.tools["bin"], count=2)})
    end = end_of(plant, orders)
    assert end.unfinished == 0
    assert circle(plant, end) == []


def test_a_full_stock_and_the_machine_that_keeps_what_has_no_room_are_named() -> None:
    """The press keeps parts for which there is no room; only the order that waits for the press would use them up."""
    routings = {
        "part": (step("make", "press"),),
        "whole": (step("join", "press", consumes={"parts": Amount(id="parts", quantity=1)}),),
    }
    products = {
        "part": Product(id="part", routing="part", stock="parts"),
        "whole": Product(id="whole", routing="whole"),
    }
    plant = floor(routings, products=products, materials={"parts": Material(id="parts", capacity=2)})
    orders = [Order(id="p1", product="part", quantity=5), Order(id="w1", product="whole", quantity=4)]
    end = end_of(plant, orders)
    assert end.unfinished == 2
    said = {claim.said() for claim in circle(plant, end)}
    assert said == {
        "p1 waits for room in the stock of parts, which w1 would use up",
        "w1 waits for press, which keeps p1",
    }
    (first, *_) = why_stuck(plant, end)
    assert first.startswith("deadlock: ")
    assert said <= set(first.removeprefix("deadlock: ").split("; "))


def test_an_order_that_waits_for_what_nobody_makes_is_in_no_circle_and_says_why() -> None:
    plant, orders = using(Material(id="clay", stock=1)), [Order(id="o1", product="p", quantity=2)]
    end = end_of(plant, orders)
    assert circle(plant, end) == []
    (said,) = why_stuck(plant, end)
    assert "waits in vain: there is too little of clay" in said
