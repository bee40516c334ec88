"""What holds on every floor at every instant, as one check that names what does not."""

from collections import Counter
from collections.abc import Iterable

from plant_models.plant import Plant
from twin.standing import GONE
from twin.state import State


def check(plant: Plant, state: State) -> None:
    """Raise AssertionError where an order or a piece is lost or doubled, or something holds more than it may."""
    places: list[str] = []
    for name, queue in state.buffers.items():
        capacity = plant.buffers[name].capacity
        assert capacity is None or len(queue) <= capacity, f"buffer {name} holds {len(queue)} of {capacity}"
        places += queue
    for name, machine in state.machines.items():
        assert (machine.order is None) == (machine.phase == "idle"), f"machine {name}: {machine}"
        if machine.order is not None:
            mine = (machine.order, *machine.mates)
            is_coming = name in plant.vehicles and machine.phase == "setup"
            assert not is_coming or all(state.orders[o].fetched_by == name for o in mine), f"vehicle {name}"
            places += () if is_coming else mine
        assert machine.good >= 0 and machine.scrap >= 0 and machine.done >= 0, f"machine {name}: {machine}"
    for queue in state.wanting.values():
        places += [name for name in queue if state.orders[name].stage == "released"]
    unfinished = 0
    for name, order in state.orders.items():
        has_left = order.stage in GONE
        unfinished += not has_left and order.parent is None
        if has_left or order.stage in ("planned", "held", "gathering", "split"):
            places.append(name)
        assert order.quantity >= 0 and order.scrap >= 0, f"order {name}: {order}"
        assert order.quantity + order.scrap == order.order.quantity, f"order {name} lost or gained pieces: {order}"
    found = set(places)
    assert len(found) == len(places), f"orders that are in more than one place: {_doubled(places)}"
    assert found == state.orders.keys(), f"orders that are nowhere: {state.orders.keys() - found}"
    assert state.unfinished == unfinished
    check_lots(state)
    check_people(state)
    check_tools(plant, state)
    check_stocks(state)


def _doubled(things: Iterable[object]) -> dict[object, int]:
    return {thing: count for thing, count in Counter(things).items() if count > 1}


def check_lots(state: State) -> None:
    """Raise AssertionError where the pieces of an order are not those of the lots that it is in."""
    for name, order in state.orders.items():
        if order.stage == "split":
            lots = [lot for lot in map(state.orders.__getitem__, order.lots) if lot.stage != "merged"]
            assert any(not lot.has_left for lot in lots), f"order {name} is in lots that have all left"
            assert order.quantity == sum(lot.quantity for lot in lots), f"order {name}: {order.quantity}, lots {lots}"


def check_stocks(state: State) -> None:
    """Raise AssertionError where a stock is less than nothing, or not the sum of its lots.

    For an instant it may be more than fits: what a machine takes straight from the door passes through it.
    """
    for name, stock in state.stocks.items():
        assert stock.level >= 0, f"material {name}: {stock}"
        assert stock.level == sum(lot.quantity for lot in stock.lots), f"material {name}: {stock}"
        assert all(lot.quantity > 0 for lot in (*stock.lots, *stock.outside)), f"material {name}: {stock}"


def check_people(state: State) -> None:
    """Raise AssertionError where the books of a crew are not what its people do."""
    done: Counter[tuple[str, str]] = Counter()
    for machine in state.machines.values():
        if not machine.people:
            assert not machine.hands, f"{machine}"
            continue
        assert machine.hands.keys() <= machine.people.keys(), f"{machine}"
        for task, crew in machine.people.items():
            people = machine.hands.get(task, 1)
            done[crew, "tending" if task == "work" and people == 1 else "whole"] += people
    for crew, known in state.crews.items():
        assert known.whole == done[crew, "whole"], f"crew {crew}: {known}, but {done}"
        assert known.tending == done[crew, "tending"], f"crew {crew}: {known}, but {done}"


def check_tools(plant: Plant, state: State) -> None:
    """Raise AssertionError where a unit of a tool is nowhere, in two places, or goes with an order that has left."""
    places: dict[str, list[int]] = {tool: [*known.free, *known.away] for tool, known in state.tools.items()}
    for machine in state.machines.values():
        for tool, unit in machine.tools.items():
            places[tool].append(unit)
    for name, order in state.orders.items():
        if order.carriers:
            assert not order.has_left, f"order {name} left with {order.carriers}"
            for tool, unit in order.carriers.items():
                places[tool].append(unit)
    for tool, known in state.tools.items():
        assert known.free == sorted(known.free), f"tool {tool}: {known}"
        units = places[tool]
        assert len(set(units)) == len(units), f"units of {tool} that are in two places: {_doubled(units)}"
        assert len(units) == known.units >= plant.tools[tool].count, f"tool {tool}: {units} of {known}"
