"""The books of the stocks and what is in what, worked out by hand and on random floors."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_models.clock import Epoch
from plant_models.events import Consumed, Delivered, Event, Expired, Stored
from plant_models.plant import Material
from tests.laws.every import on_every_floor
from tests.laws.worlds import FAR, World, worlds
from tests.twin.test_materials import orders, pair, played, using
from twin.floor import run
from twin.records import at, event_log, genealogy, ledger
from twin.records.event_log import identity
from twin.state import opening

FACTS: list[Event] = [
    Delivered(0, "bar", "bar-1", 10),
    Consumed(1, "saw", "rib-1", 0, "bar", (("bar-0", 1), ("bar-1", 3))),
    Stored(2, "saw", "rib-1", "rib", "rib-1", 2),
    Consumed(3, "saw", "rib-1", 1, "bar", (("bar-1", 1),)),
    Consumed(4, "jig", "wing-1", 0, "rib", (("rib-1", 2),)),
    Consumed(4, "jig", "wing-1", 0, "glue", (("glue-0", 5),)),
    Stored(6, "jig", "wing-1", "wing", "wing-1", 1),
    Consumed(7, "hall", "plane-1", 0, "wing", (("wing-1", 1),)),
    Expired(9, "bar", "bar-1", 6),
]


def test_a_plane_is_made_of_all_that_went_into_its_wings() -> None:
    found = genealogy(FACTS).made_of("plane-1")
    assert [(link.depth, link.kind, link.material, link.lot, link.order, link.quantity) for link in found] == [
        (0, "used", "wing", "wing-1", "plane-1", 1),
        (1, "made", "wing", "wing-1", "wing-1", 1),
        (2, "used", "rib", "rib-1", "wing-1", 2),
        (3, "made", "rib", "rib-1", "rib-1", 2),
        (4, "used", "bar", "bar-0", "rib-1", 1),
        (4, "used", "bar", "bar-1", "rib-1", 3),
        (2, "used", "glue", "glue-0", "wing-1", 5),
    ]


def test_a_lot_is_found_in_all_that_it_went_into() -> None:
    found = genealogy(FACTS)
    assert found.orders_with("bar", "bar-1") == ["rib-1", "wing-1", "plane-1"]
    assert found.orders_with("glue", "glue-0") == ["wing-1", "plane-1"]
    used = [link.quantity for link in found.went_into("bar", "bar-1") if link.material == "bar"]
    assert used == [3, 1]
    with pytest.raises(KeyError, match="no lot 'bar-7' of 'bar' was used or made; there are bar-0, bar-1"):
        found.went_into("bar", "bar-7")


def test_the_books_say_what_came_and_went_and_is_there() -> None:
    plant = using(Material(id="steel", stock=5), 2)
    _, facts = played(plant, orders(2))
    books = ledger(plant, opening(plant), facts)
    assert books.at("steel") == ("steel", 5, 0, 0, 4, 0) and books.at("steel").stock == 1
    assert books.at("steel", 0).stock == 3 and books.lots("steel", 0) == {"steel-0": 3}
    assert [booking.stock for booking in books.bookings] == [5, 3, 1]
    assert list(books.balances_frame()["stock"]) == [1]
    with pytest.raises(KeyError, match="no material 'tin'; there are steel"):
        books.at("tin")


def test_lots_are_objects_of_the_event_log() -> None:
    plant = pair(None, feed=10, join=5)
    book = orders(1, "part") + orders(1, "whole")
    _, facts = played(plant, book)
    log = event_log(plant, opening(plant, book), facts, Epoch(datetime(2026, 1, 5, tzinfo=UTC)))
    lot = log.things[identity("lot", "parts/part0")]
    assert (identity("order", "part0"), "made by") in lot.relations
    assert (identity("material", "parts"), "is of") in lot.relations
    assert (identity("lot", "parts/part0"), "contains") in log.things[identity("order", "whole0")].relations
    used = next(event for event in log.happenings if event.type == "Consumed")
    assert (identity("lot", "parts/part0"), "lot") in used.relations and used.order == "whole0"


@given(worlds(), st.integers(0, FAR))
def test_the_books_and_the_floor_agree_at_every_instant(world: World, cut: int) -> None:
    facts: list[Event] = []
    run(world.floor(facts), world.policy, FAR)
    start = opening(world.plant, world.orders)
    books, then = ledger(world.plant, start, facts), at(world.plant, start, facts, cut)
    assert all(booking.stock >= 0 for booking in books.bookings)
    for name, stock in then.stocks.items():
        assert books.at(name, cut).stock == stock.level
        lots: dict[str, int] = {}
        for lot in stock.lots:
            lots[lot.id] = lots.get(lot.id, 0) + lot.quantity
        assert books.lots(name, cut) == lots


@on_every_floor(most=50)
def test_what_went_into_an_order_is_found_from_both_ends(world: World) -> None:
    _, facts = world.life
    found = genealogy(facts)
    for material, lot in found.lots:
        for order in found.orders_with(material, lot):
            assert any((link.material, link.lot) == (material, lot) for link in found.made_of(order))
