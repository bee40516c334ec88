"""What holds for the stocks of every plant on every run of the simulated floor."""

from collections import Counter

from plant_models.events import Consumed, Delivered, Expired, Finished, Reordered, Started, Stored
from plant_models.shifts import FOREVER
from tests.laws import always
from tests.laws.every import on_every_floor, played
from tests.laws.worlds import World
from twin.state import State, apply, opening


def check_stocks(state: State) -> None:
    """Stocks are sound, what expires first is used first, and an order keeps its machine for what has no room."""
    always.check_stocks(state)
    for stock in state.stocks.values():
        assert all(quantity > 0 for _, quantity in stock.wanting)
        ends = [FOREVER if lot.expires_at is None else lot.expires_at for lot in stock.lots]
        assert ends == sorted(ends)
    keeping = Counter(order for stock in state.stocks.values() for order, _ in stock.wanting)
    for name, order in state.orders.items():
        assert order.keeps == keeping[name]
        assert not order.keeps or order.stage == "blocked"


@on_every_floor()
def test_every_stock_is_what_came_in_less_what_went_out(world: World) -> None:
    state = opening(world.plant, world.orders)
    books = {name: material.stock for name, material in world.plant.materials.items()}
    for fact in played(world)[1]:
        if isinstance(fact, Consumed):
            books[fact.material] -= sum(quantity for _, quantity in fact.lots)
        elif isinstance(fact, Stored | Delivered):
            books[fact.material] += fact.quantity
        elif isinstance(fact, Expired):
            books[fact.material] -= fact.quantity
        apply(world.plant, state, fact)
        check_stocks(state)
        assert books == {name: stock.level for name, stock in state.stocks.items()}
        assert all(level >= 0 for level in books.values())


@on_every_floor()
def test_no_stock_ends_an_instant_with_more_than_has_room_or_with_what_has_expired(world: World) -> None:
    state, facts = opening(world.plant, world.orders), played(world)[1]
    for fact, following in zip(facts, [*facts[1:], None], strict=True):
        apply(world.plant, state, fact)
        if following is None or following.time > fact.time:
            for name, stock in state.stocks.items():
                capacity = world.plant.materials[name].capacity
                assert capacity is None or stock.level <= capacity
                assert all(lot.expires_at is None or lot.expires_at > fact.time for lot in stock.lots)
                has_room = capacity is None or stock.level < capacity
                assert not has_room or not (stock.wanting or stock.outside)


@on_every_floor()
def test_a_machine_uses_up_exactly_what_each_step_needs_and_gives_what_it_yields(world: World) -> None:
    state = opening(world.plant, world.orders)
    used, due, stored, come_out = (Counter[tuple[str, str]]() for _ in range(4))
    for fact in played(world)[1]:
        if isinstance(fact, Consumed):
            used[fact.order, fact.material] += sum(quantity for _, quantity in fact.lots)
        elif isinstance(fact, Stored):
            stored[fact.order, fact.material] += fact.quantity
        elif isinstance(fact, Started):
            for name in (fact.order, *(fact.mates or state.machines[fact.machine].mates)):
                order = state.orders[name]
                for material, amount in world.plant.operations(order.order)[order.step].consumes.items():
                    due[name, material] += amount.of(order.quantity)
        order = state.orders[fact.order] if isinstance(fact, Finished) else None
        left_alone = 0 if order is None else order.quantity - order.at_work  # good pieces of an order that is reworked
        apply(world.plant, state, fact)
        if isinstance(fact, Finished) and fact.good:
            order = state.orders[fact.order]
            made_well = fact.good - fact.rework - left_alone
            for material, amount in world.plant.operations(order.order)[fact.step].yields.items():
                come_out[fact.order, material] += amount.of(made_well) if made_well else 0
            stock = world.plant.products[order.order.product].stock
            if stock is not None and order.step == order.steps:
                come_out[fact.order, stock] += fact.good
    waiting = {(order, name): left for name, stock in state.stocks.items() for order, left in stock.wanting}
    assert stored + Counter(waiting) == come_out
    ahead = used - due
    assert all(state.orders[order].stage == "loaded" for order, _ in ahead), "used up for what never began"


@on_every_floor()
def test_what_is_ordered_comes_once(world: World) -> None:
    ordered, came, waiting = Counter[tuple[str, int]](), Counter[tuple[str, int]](), Counter[tuple[str, str]]()
    for fact in played(world)[1]:
        if isinstance(fact, Reordered):
            ordered[fact.material, fact.purchase] += fact.quantity
        elif isinstance(fact, Delivered):
            assert waiting[fact.material, fact.lot] in (0, fact.quantity + fact.waiting)
            waiting[fact.material, fact.lot] = fact.waiting
            if fact.purchase is not None:
                came[fact.material, fact.purchase] += fact.quantity + fact.waiting
    assert all(ordered[key] == quantity for key, quantity in came.items())
