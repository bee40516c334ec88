"""What holds of classes of priority, whatever the plant and the rule."""

from plant_models.events import OrderReleased
from plant_models.plant import Plant
from tests.laws.every import on_every_floor, played
from tests.laws.worlds import FAR, World
from twin.decisions import Choice, Decision
from twin.floor import run
from twin.state import State, apply, opening


@on_every_floor(most=50)
def test_nobody_chooses_an_order_while_one_of_a_higher_class_could_be_chosen(world: World) -> None:
    def watched(plant: Plant, state: State, decision: Decision) -> Choice:
        choice = world.policy(plant, state, decision)
        assert isinstance(choice, str)
        classes = {name: state.orders[name].order.priority for name in decision.options}
        assert classes[choice] == max(classes.values())
        return choice

    run(world.floor(), watched, FAR)


@on_every_floor()
def test_nobody_comes_in_before_one_of_a_higher_class_where_the_floor_may_be_full(world: World) -> None:
    if world.plant.release.orders is None and world.plant.release.work is None:
        return
    state = opening(world.plant, world.orders)
    for fact in played(world)[1]:
        if isinstance(fact, OrderReleased):
            waiting = [
                order.order.priority
                for order in state.orders.values()
                if order.stage == "planned" and order.order.release <= fact.time and order.hold is None
            ]
            assert state.orders[fact.order].order.priority == max(waiting)
        apply(world.plant, state, fact)
