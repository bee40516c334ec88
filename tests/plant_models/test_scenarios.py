"""The shipped plants are worth playing: what one decides shows."""

from dataclasses import replace

import pytest

from plant_models import Scenario, read
from plant_models.shifts import DAY, HOUR, MINUTE
from twin.chance import Chance
from twin.changes import CrewSize, apply
from twin.floor import run
from twin.lateness import order_times
from twin.policies.rules import RULES, rule
from twin.records import genealogy
from twin.simulated import SimulatedFloor
from twin.state import State, opening, status

FAR = 60 * DAY
WINGS = read.scenario("aerospace")
SHOP, LINE = read.scenario("machine-shop"), read.scenario("bottling-line")
PHARMA = read.scenario("pharma")


def play(scenario: Scenario, rule_name: str, seed: int) -> State:
    floor = SimulatedFloor(scenario.plant, opening(scenario.plant, scenario.orders), Chance(seed))
    run(floor, rule(rule_name), FAR)
    assert floor.state.unfinished == 0
    return floor.state


def late(state: State) -> list[float]:
    """How much each order is late, in hours."""
    return [max(0, (order.finished_at or 0) - (order.order.due or FAR)) / HOUR for order in state.orders.values()]


def weighted(state: State) -> float:
    return sum(hours * order.order.weight for hours, order in zip(late(state), state.orders.values(), strict=True))


def test_the_machine_shop_has_what_is_said_of_it():
    plant = SHOP.plant
    assert (len(plant.work_centers), len(plant.machines), len(plant.products), len(SHOP.orders)) == (6, 11, 8, 40)
    assert len({product.family for product in plant.products.values()}) == 4
    assert {failure.clock for machine in plant.machines.values() for failure in machine.failures} == {"open", "working"}
    assert all(order.due is not None for order in SHOP.orders)
    assert len({order.weight for order in SHOP.orders}) >= 3


def test_first_come_first_served_is_visibly_late_and_good_sequencing_clearly_better():
    seeds = range(6)
    fifo = [play(SHOP, "fifo", seed) for seed in seeds]
    atc = [play(SHOP, "atc", seed) for seed in seeds]
    share = sum(hours > 0 for state in fifo for hours in late(state)) / 40 / len(seeds)
    assert 0.35 < share < 0.6
    assert sum(map(weighted, atc)) < sum(map(weighted, fifo)) / 2


def test_the_machine_shop_takes_three_to_five_days():
    for seed in range(3):
        ends = [order.finished_at or 0 for order in play(SHOP, "fifo", seed).orders.values()]
        assert 3 * DAY < max(ends) < 5 * DAY


@pytest.mark.parametrize("name", RULES)
def test_every_rule_finishes_the_plants(name):
    play(SHOP, name, seed=1)
    play(LINE, name, seed=1)
    play(PHARMA, name, seed=1)


def test_the_bottling_line_blocks_starves_and_breaks_down_and_the_filler_is_its_bottleneck():
    assert list(LINE.plant.machines) == [
        *("depalletizer", "rinser", "filler", "capper", "labeller", "inspector", "packer", "palletizer")
    ]
    seen: dict[str, dict[str, int]] = {machine: {} for machine in LINE.plant.machines}
    floor = SimulatedFloor(LINE.plant, opening(LINE.plant, LINE.orders), Chance(1))
    while floor.state.unfinished:
        run(floor, rule("fifo"), floor.state.now + MINUTE)
        for name, machine in floor.state.machines.items():
            word = status(LINE.plant, name, machine)
            seen[name][word] = seen[name].get(word, 0) + 1
    assert max(seen, key=lambda name: seen[name]["working"]) == "filler"
    assert seen["rinser"]["blocked"] > 0
    assert seen["packer"]["idle"] > 0
    assert seen["labeller"]["down"] > 0
    assert 7 * HOUR < floor.state.now < 11 * HOUR


def test_the_cleanroom_has_what_is_said_of_it():
    plant = PHARMA.plant
    assert {crew.at_shift_end for crew in plant.crews.values()} == {"finish", "pause"}
    assert plant.work_centers["coating"].at_shift_end == "refuse"
    assert {tool.id for tool in plant.tools.values() if tool.wears} == {"round-punches", "oblong-punches"}
    assert plant.machines["tray-dryer"].batch is not None


def test_in_the_cleanroom_a_second_setter_shows_and_more_granulators_do_not():
    late = {
        name: sum(hours for seed in range(8) for hours in late_in(change, seed))
        for name, change in (
            ("now", ()),
            ("setters", (CrewSize("setters", 2),)),
            ("wet", (CrewSize("granulators", 2),)),
        )
    }
    assert late["setters"] < late["now"]
    assert late["wet"] == late["now"]


def late_in(edits, seed):
    return late(play(apply(PHARMA, edits), "edd", seed))


def test_every_wing_is_made_of_what_its_bill_of_materials_says():
    facts = []
    floor = SimulatedFloor(WINGS.plant, opening(WINGS.plant, WINGS.orders), Chance(1), facts.append)
    run(floor, rule("edd"), FAR)
    assert floor.state.unfinished == 0
    wings = [order.id for order in WINGS.orders if order.product == "wing"]
    used: dict[str, int] = {}
    for link in genealogy(facts).made_of(wings[0]):
        if link.kind == "used":
            used[link.material] = used.get(link.material, 0) + link.quantity
    assert {name: used[name] for name in ("wing-box", "skin", "rib", "spar", "fastener-kit")} == {
        "wing-box": 1,
        "skin": 4,
        "rib": 12,
        "spar": 2,
        "fastener-kit": 1,
    }
    assert used["sealant"] >= 3 and {"rib-bar", "spar-billet", "skin-sheet"} <= used.keys()


def test_wings_wait_for_material_now_and_then():
    facts = []
    start = opening(WINGS.plant, WINGS.orders)
    run(SimulatedFloor(WINGS.plant, start.copy(), Chance(1), facts.append), rule("edd"), FAR)
    waits = [times.parts["material"] for times in order_times(WINGS.plant, start, facts).orders.values()]
    assert sum(waits) > 8 * HOUR


def test_wings_wait_for_people_with_the_skill_and_a_late_inspector_shows():
    waits = {}
    for name, shifts in (("now", "days"), ("two shifts", "two-shifts")):
        inspectors = replace(WINGS.plant.crews["inspectors"], shifts=shifts)
        plant = replace(WINGS.plant, crews={**WINGS.plant.crews, "inspectors": inspectors})
        facts, start = [], opening(plant, WINGS.orders)
        run(SimulatedFloor(plant, start.copy(), Chance(1), facts.append), rule("edd"), FAR)
        waits[name] = sum(times.parts["crew"] for times in order_times(plant, start, facts).orders.values())
    assert waits["now"] > waits["two shifts"] > 0, waits
