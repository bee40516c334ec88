"""What holds of lots, whatever the plant: no piece comes or goes when orders divide and come together."""

from plant_models.events import Merged, Split
from tests.laws import always
from tests.laws.every import on_every_floor, played
from tests.laws.worlds import World
from twin.flows import littles_law
from twin.lateness import order_times
from twin.state import State, apply, opening
from twin.tally import Tally


def check_pieces(state: State) -> None:
    """The pieces of an order are those of its lots, also once it has left in them; lots know what they are part of."""
    always.check_lots(state)
    for name, order in state.orders.items():
        lots = [state.orders[lot] for lot in order.lots]
        if lots and order.stage == "finished" and all(lot.stage != "merged" for lot in lots):
            assert order.quantity == sum(lot.quantity for lot in lots)
        if order.parent is not None:
            whole = state.orders[order.parent]
            assert name in whole.lots
            assert (order.order.product, order.order.due) == (whole.order.product, whole.order.due)


@on_every_floor()
def test_the_pieces_of_the_lots_are_the_pieces_of_the_order_at_every_instant(world: World) -> None:
    _, facts = played(world)
    state = opening(world.plant, world.orders)
    for fact in facts:
        before = {name: order.quantity for name, order in state.orders.items()}
        apply(world.plant, state, fact)
        check_pieces(state)
        if isinstance(fact, Split):
            order = state.orders[fact.order]
            limit = world.plant.stops(order.order.product)[order.step].operation.split
            assert limit is not None
            assert all(0 < pieces <= limit for pieces in fact.pieces)
            assert sum(fact.pieces) == before[fact.order]
        if isinstance(fact, Merged):
            assert sum(before[lot] for lot in fact.lots) == before[fact.order] == state.orders[fact.order].quantity
            assert all(state.orders[lot].has_left for lot in state.orders[fact.order].lots)


@on_every_floor()
def test_no_lot_waits_for_the_others_once_all_are_there(world: World) -> None:
    state, _ = played(world)
    for order in state.orders.values():
        lots = [state.orders[lot] for lot in order.lots if not state.orders[lot].has_left]
        assert not lots or any(lot.stage != "gathering" for lot in lots)


@on_every_floor()
def test_figures_count_orders_and_not_their_lots(world: World) -> None:
    state = opening(world.plant, world.orders)
    tally, facts = Tally(world.plant, state), played(world)[1]
    for fact in facts:
        apply(world.plant, state, fact)
        tally.see(fact)
    tally.close(state.now)
    figures = tally.figures()
    book = dict(state.book())
    left = [order for order in book.values() if order.stage == "finished"]
    assert figures["finished_orders"] == len(left)
    assert figures["good_pieces"] == sum(order.quantity for order in left)
    assert figures["wip_end_orders"] == state.on_floor
    assert len(tally.outcomes()) == len(book)


@on_every_floor()
def test_the_time_of_an_order_is_accounted_for_while_it_goes_in_lots(world: World) -> None:
    state, facts = played(world)
    start = opening(world.plant, world.orders)
    times = order_times(world.plant, start, facts)
    assert set(times.orders) <= {name for name, _ in state.book()}
    for time in times.orders.values():
        assert sum(time.parts.values()) == time.lead_time
        ends = [time.released_at, *(stretch.end for stretch in time.stretches)]
        assert ends[:-1] == [stretch.start for stretch in time.stretches]
    assert littles_law(world.plant, start, facts).holds
