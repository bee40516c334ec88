"""What the demo chooses to show."""

from plant_models import read
from plant_models.events import BrokeDown
from scheduler import plan_of_rule
from twin.chance import Certain
from twin.floor import run
from twin.policies.rules import edd
from twin.simulated import SimulatedFloor
from twin.state import apply, opening
from ui.demo import BREAKS_AT, busiest


def test_the_machine_that_breaks_down_before_all_eyes_is_one_that_was_up() -> None:
    shop = read.scenario("machine-shop")
    state = opening(shop.plant, shop.orders)
    plan = plan_of_rule(shop.plant, state, "edd")
    run(SimulatedFloor(shop.plant, state, Certain()), edd, BREAKS_AT)
    first = busiest(plan, state)
    assert state.machines[first].phase == "work"
    apply(shop.plant, state, BrokeDown(state.now, first, 0))
    second = busiest(plan, state)
    assert second != first
    assert state.machines[second].phase == "work"
    for name, machine in state.machines.items():
        if machine.phase == "work" and machine.down is None:
            apply(shop.plant, state, BrokeDown(state.now, name, 0))
    assert state.machines[busiest(plan, state)].down is None
