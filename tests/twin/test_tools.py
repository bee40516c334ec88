"""Tools, which wear out, and carriers, which go round with the orders. By hand."""

from dataclasses import replace

import pytest

from plant_models.distributions import Constant
from plant_models.errors import InvalidPlant
from plant_models.events import Event, Finished, Started, ToolRenewed, ToolWornOut
from plant_models.orders import Operation, Order, Product, Routing
from plant_models.plant import Batch, Buffer, Changeover, Machine, Plant, Tool, WorkCenter
from plant_models.scenario import Scenario
from plant_models.shifts import HOUR, MINUTE
from twin import changes
from twin.chance import Certain
from twin.floor import run
from twin.lateness import order_times
from twin.policies.rules import fifo
from twin.simulated import SimulatedFloor
from twin.state import opening


def plant(*tools: Tool, steps: tuple[Operation, ...], setup: int = 0) -> Plant:
    """Machines m0, m1, ... each behind its own queue; those that a step has together stand together."""
    machines = sorted({name for step in steps for name in step.machines})
    center = {
        name: f"c{min(machines.index(m) for s in steps if name in s.machines for m in s.machines)}" for name in machines
    }
    return Plant(
        id="floor",
        work_centers={
            c: WorkCenter(id=c, buffer=f"before {c}", changeover="x" if setup else None) for c in center.values()
        },
        machines={name: Machine(id=name, work_center=center[name], set_up_for="old") for name in machines},
        buffers={f"before {c}": Buffer(id=f"before {c}", discipline="fifo") for c in center.values()},
        routings={"r": Routing(id="r", operations=steps)},
        products={"p": Product(id="p", routing="r"), "old": Product(id="old", routing="r")},
        changeovers={"x": Changeover(id="x", default=setup * MINUTE)},
        tools={tool.id: tool for tool in tools},
    )


def step(name: str, *machines: str, work: int = 10, **more: object) -> Operation:
    return Operation(id=name, machines=dict.fromkeys(machines, Constant(work * MINUTE)), **more)


def play(floor: Plant, orders: int) -> list[Event]:
    facts: list[Event] = []
    book = [Order(id=f"o{n}", product="p", quantity=10) for n in range(orders)]
    run(SimulatedFloor(floor, opening(floor, book), Certain(), facts.append), fifo, 100 * HOUR)
    return facts


def starts(facts: list[Event], at: int = 0) -> dict[str, float]:
    return {f.order: f.time / MINUTE for f in facts if isinstance(f, Started) and f.step == at}


def test_machines_that_need_the_same_mould_work_one_after_the_other() -> None:
    facts = play(plant(Tool(id="mould"), steps=(step("s", "m0", "m1", tools=("mould",)),)), orders=3)
    assert starts(facts) == {"o0": 0, "o1": 10, "o2": 20}


def test_a_machine_has_its_tool_through_the_setup_too() -> None:
    facts = play(plant(Tool(id="mould"), steps=(step("s", "m0", "m1", tools=("mould",)),), setup=5), orders=2)
    assert starts(facts) == {"o0": 5, "o1": 15}, "the second on m0 needs no changeover"


def test_a_tool_goes_away_after_so_many_uses_and_comes_back_as_new() -> None:
    mould = Tool(id="mould", uses=2, renewal=Constant(30 * MINUTE))
    facts = play(plant(mould, steps=(step("s", "m0", tools=("mould",)),)), orders=5)
    assert starts(facts) == {"o0": 0, "o1": 10, "o2": 50, "o3": 60, "o4": 100}
    assert [f.time / MINUTE for f in facts if isinstance(f, ToolWornOut)] == [20, 70]
    assert [f.time / MINUTE for f in facts if isinstance(f, ToolRenewed)] == [50, 100]


def test_a_tool_wears_by_the_work_and_what_was_begun_with_it_is_finished() -> None:
    mould = Tool(id="mould", life=25 * MINUTE, renewal=Constant(30 * MINUTE))
    facts = play(plant(mould, steps=(step("s", "m0", tools=("mould",)),), setup=20), orders=4)
    assert starts(facts) == {"o0": 20, "o1": 30, "o2": 40, "o3": 80}, (
        "30 min of work after the third, setups not counted"
    )


def test_the_unit_with_the_lowest_number_is_taken_first() -> None:
    mould = Tool(id="mould", count=2, uses=2, renewal=Constant(30 * MINUTE))
    facts = play(plant(mould, steps=(step("s", "m0", tools=("mould",)),)), orders=5)
    assert [(f.time / MINUTE, f.unit) for f in facts if isinstance(f, ToolWornOut)] == [(20, 0), (40, 1)]
    assert starts(facts)["o4"] == 50


def test_orders_go_round_with_pallets_and_there_are_never_more_under_way() -> None:
    steps = (step("s", "m0", takes=("pallet",)), step("t", "m1", work=30, returns=("pallet",)))
    facts = play(plant(Tool(id="pallet", count=2), steps=steps), orders=4)
    assert starts(facts) == {"o0": 0, "o1": 10, "o2": 40, "o3": 70}
    assert starts(facts, at=1) == {"o0": 10, "o1": 40, "o2": 70, "o3": 100}


def test_an_order_that_is_scrapped_or_leaves_gives_back_what_goes_with_it() -> None:
    steps = (step("s", "m0", takes=("pallet",)), step("t", "m1", work=30, rework_limit=0, next={"t": 1.0}))
    facts = play(plant(Tool(id="pallet"), steps=steps), orders=3)
    assert starts(facts) == {"o0": 0, "o1": 40, "o2": 80}
    assert [f.scrap for f in facts if isinstance(f, Finished) and f.step == 1] == [10, 10, 10]


def test_an_order_that_comes_again_has_its_pallet_already() -> None:
    steps = (step("s", "m0", takes=("pallet",)), step("t", "m1", next={"s": 1.0}, rework_limit=1))
    facts = play(plant(Tool(id="pallet"), steps=steps), orders=1)
    assert sum(isinstance(f, Started) and f.step == 0 for f in facts) == 2


def test_a_carrier_that_spoils_with_its_order_is_free_again() -> None:
    steps = (step("s", "m0", takes=("pallet",)), step("t", "m1", work=50))
    floor = plant(Tool(id="pallet", count=2), steps=steps)
    floor = replace(floor, buffers={**floor.buffers, "before c1": Buffer(id="before c1", max_stay=20 * MINUTE)})
    facts = play(floor, orders=3)
    assert starts(facts) == {"o0": 0, "o1": 10, "o2": 40}, "o1 spoils at 40, after 20 min before m1"


def test_an_order_that_waits_for_a_pallet_is_late_for_want_of_a_tool() -> None:
    steps = (step("s", "m0", takes=("pallet",)), step("t", "m1", work=30, returns=("pallet",)))
    floor = plant(Tool(id="pallet"), steps=steps)
    start = opening(floor, [Order(id=f"o{n}", product="p") for n in range(2)])
    facts: list[Event] = []
    run(SimulatedFloor(floor, start.copy(), Certain(), facts.append), fifo, HOUR)
    parts = order_times(floor, start, facts, HOUR)["o1"].parts
    assert (parts["machine"], parts["tool"]) == (10 * MINUTE, 30 * MINUTE)


def test_more_pallets_lie_ready_at_once_and_fewer_are_there_when_they_come_back() -> None:
    steps = (step("s", "m0", takes=("pallet",)), step("t", "m1", work=30, returns=("pallet",)))
    floor, book = (
        plant(Tool(id="pallet", count=2), steps=steps),
        tuple(Order(id=f"o{n}", product="p") for n in range(4)),
    )
    now = SimulatedFloor(floor, opening(floor, book), Certain())
    run(now, fifo, 25 * MINUTE)
    for count, wanted in ((3, {"o2": 25, "o3": 40}), (1, {"o2": 70, "o3": 110}), (2, {"o2": 40, "o3": 70})):
        scenario = Scenario(id="s", plant=floor, orders=book)
        changed, state = changes.live(scenario, now.state, [changes.ToolCount("pallet", count)])
        facts: list[Event] = []
        run(SimulatedFloor(changed.plant, state, Certain(), facts.append), fifo, 10 * HOUR)
        assert starts(facts) == wanted


@pytest.mark.parametrize(
    ("tool", "sentence"),
    [
        ({"count": 0}, "there must be at least 1, not 0"),
        ({"life": 0, "renewal": Constant(1)}, "its life must be more than zero"),
        ({"uses": 3}, "wanted a renewal"),
        ({"renewal": Constant(1)}, "wanted a life or a number of uses as well"),
    ],
)
def test_a_tool_that_cannot_be_is_refused(tool: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Tool(id="mould", **tool)


def test_what_no_step_takes_cannot_be_returned() -> None:
    with pytest.raises(ValueError, match="returns 'pallet', which no operation takes; they take nothing"):
        Routing(id="r", operations=(step("s", "m0", returns=("pallet",)),))


def test_a_tool_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidPlant, match="no tool 'mould'; there are jig"):
        plant(Tool(id="jig"), steps=(step("s", "m0", tools=("mould",)),))
    with pytest.raises(ValueError, match="needs 'jig' twice"):
        step("s", "m0", tools=("jig",), takes=("jig",))


def test_the_orders_of_a_batch_have_no_tools_of_their_own() -> None:
    floor = plant(Tool(id="jig"), steps=(step("s", "m0", tools=("jig",)),))
    with pytest.raises(InvalidPlant, match="works in batches"):
        replace(floor, machines={"m0": replace(floor.machines["m0"], batch=Batch(most=2))})
