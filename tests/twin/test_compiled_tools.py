"""Tools on the compiled floor: the units that machines and orders have there they have on the simulated one."""

from dataclasses import replace

import pytest

from plant_models.distributions import Constant, Exponential
from plant_models.events import Finished, Started, ToolRenewed, ToolWornOut
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Buffer, Failure, Machine, Plant, Tool, WorkCenter
from plant_models.shifts import HOUR, MINUTE
from tests.twin.floors import both
from twin.chance import Certain, Chance
from twin.compiled.floor import CompiledFloor
from twin.compiled.refusing import refusals
from twin.floor import run
from twin.policies.rules import fifo
from twin.refitting import refit
from twin.simulated import SimulatedFloor
from twin.state import opening
from twin.trials import trials

ORDERS = tuple(Order(id=f"o{n}", product="p", quantity=4) for n in range(30))
PALLET = Tool(id="pallet", count=3)
MOULD = Tool(id="mould", count=2, uses=3, renewal=Exponential(45 * MINUTE))


def shop(*tools: Tool) -> Plant:
    """Two presses that share moulds and spoil what they break down on, then a saw; a pallet goes all the way."""
    failure = Failure(time_to_failure=Exponential(3 * HOUR), time_to_repair=Constant(10 * MINUTE), work="scrap")
    works = {"m0": Exponential(10 * MINUTE), "m1": Exponential(10 * MINUTE)}
    press = Operation(id="press", machines=works, tools=("mould",), takes=("pallet",), scrap=0.1)
    saw = Operation(id="saw", machines={"m2": Exponential(5 * MINUTE)}, tools=("mould",), returns=("pallet",))
    centers = {"m0": "c0", "m1": "c0", "m2": "c1"}
    return Plant(
        id="shop",
        work_centers={name: WorkCenter(id=name, buffer=f"before {name}") for name in ("c0", "c1")},
        machines={name: Machine(id=name, work_center=at, failures=(failure,)) for name, at in centers.items()},
        buffers={
            "before c0": Buffer(id="before c0"),
            "before c1": Buffer(id="before c1", capacity=1, max_stay=3 * HOUR),
        },
        routings={"r": Routing(id="r", operations=(press, saw))},
        products={"p": Product(id="p", routing="r")},
        tools={tool.id: tool for tool in tools},
    )


@pytest.mark.parametrize(
    "mould",
    [
        Tool(id="mould"),
        MOULD,
        Tool(id="mould", count=3, life=30 * MINUTE, renewal=Constant(HOUR)),
        Tool(id="mould", count=2, life=2 * HOUR, uses=10, renewal=Exponential(HOUR)),
    ],
)
def test_tools_and_carriers_go_the_same_ways_on_both_floors(mould: Tool) -> None:
    for seed in range(5):
        facts = both(shop(PALLET, mould), opening(shop(PALLET, mould), ORDERS), Chance(seed))
        worn = sum(isinstance(fact, ToolWornOut) for fact in facts)
        assert bool(worn) == mould.wears
        assert worn - mould.count <= sum(isinstance(fact, ToolRenewed) for fact in facts) <= worn


def test_a_mould_that_is_away_is_waited_for() -> None:
    plant = shop(PALLET, Tool(id="mould", uses=1, renewal=Constant(HOUR)))
    facts = both(plant, opening(plant, ORDERS[:2]), Certain())
    starts = [fact.time for fact in facts if isinstance(fact, Started)]
    assert starts == [0, 70 * MINUTE, 140 * MINUTE, 205 * MINUTE], "a press that waits is asked before the saw"
    assert sum(isinstance(fact, Finished) for fact in facts) == 4


@pytest.mark.parametrize(("pallets", "moulds"), [(1, 1), (5, 4)])
def test_units_that_are_taken_away_or_added_while_they_are_in_use_are_so_on_both_floors(
    pallets: int, moulds: int
) -> None:
    before = shop(PALLET, MOULD)
    for seed in range(5):
        floor = SimulatedFloor(before, opening(before, ORDERS), Chance(seed))
        run(floor, fifo, 50 * MINUTE)
        after = shop(replace(PALLET, count=pallets), replace(MOULD, count=moulds))
        state = refit(after, floor.state, ORDERS, before=before)
        both(after, state, Chance(seed + 100))


def test_the_figures_of_machines_that_wait_for_tools_are_the_same_to_the_last_bit() -> None:
    plant = shop(PALLET, MOULD)
    ours, theirs = (
        trials(plant, opening(plant, ORDERS), fifo, Chance, seeds=[(n, 11 * n) for n in range(5)], engine=engine)
        for engine in ("simpy", "compiled")
    )
    assert [trial._asdict() for trial in theirs] == [trial._asdict() for trial in ours]


def test_a_snapshot_brings_the_tools_back() -> None:
    plant = shop(PALLET, MOULD)
    floor = CompiledFloor(plant, opening(plant, ORDERS), Chance(3), fifo)
    floor.run(2 * HOUR)
    there, state = floor.snapshot(), floor.state
    floor.run()
    floor.restore(there)
    assert floor.state == state
    assert any(tool.away or len(tool.free) < tool.units for tool in state.tools.values())


def test_a_floor_with_a_tool_that_the_plant_does_not_have_is_refused() -> None:
    plant = shop(PALLET, MOULD)
    state = opening(plant, ORDERS)
    state.tools["ladle"] = state.tools["pallet"].copy()
    assert refusals(plant, state, fifo) == ("there are units of tool 'ladle' on the floor, not in the plant",)
