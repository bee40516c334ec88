"""What inspections and holds change: what was looked at, what is set aside, what goes on."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from plant_models.errors import InvalidPlant
from plant_models.events import Finished, Inspected, Measured, OrderFreed, OrderHeld
from plant_models.plant import Plant
from twin.applying.moves import known, leave, lose, set_aside, take, want
from twin.standing import Grade, Hold, MachineState, OrderState, Passage, State


def pass_through(order: OrderState, grade: Grade, event: Finished, machine: MachineState) -> None:
    """Remember how an order went through a step, and which of its pieces are worked on again from there.

    Reworked pieces join the others when the step that sent them back is finished again, or when the order comes past it
    on another way.
    """
    is_thrown = grade.failed > 0 and not event.rework and order.bound_for != "held"
    passage = Passage(
        machine=event.machine,
        step=event.step,
        repeats=order.repeats,
        pieces=order.at_work,
        scrap=max(0, event.scrap - grade.failed if is_thrown else event.scrap),
        worked=0 if machine.upkeep is None else machine.upkeep.worked,
        wear=machine.level,
        inspected=grade.inspected,
        failed=grade.failed,
        again=grade.again > 0,
        sent_back=event.rework > 0,
    )
    following = event.step + 1 if event.to is None else event.to
    again, sent_from, sent_to = grade.again, grade.sent_from, grade.sent_to
    if event.rework:
        again, sent_from, sent_to = event.rework, event.step, following
    elif again:
        is_back = event.step == sent_from or following > max(sent_from, sent_to)
        again = 0 if is_back else max(0, again - event.scrap)
    order.grade = Grade((*grade.passages, passage), 0, 0, again, sent_from, sent_to)


def _inspected(plant: Plant, state: State, event: Inspected) -> None:
    order = state.orders[event.order]
    order.grade = replace(order.grade or Grade(), inspected=event.inspected, failed=event.failed)


def _measured(plant: Plant, state: State, event: Measured) -> None:
    """Nothing on the floor changes: that a piece was measured makes it no better or worse."""


def _order_held(plant: Plant, state: State, event: OrderHeld) -> None:
    order = _in_one(state, event.order, "held")
    if order.bound_for == "cancelled":
        raise InvalidPlant(f"order {event.order!r} is cancelled and leaves after its step; it cannot be held")
    order.hold = Hold(event.reason, event.step, event.until)
    if order.in_hand or order.keeps:
        order.bound_for = "held"
    elif order.stage not in ("planned", "held"):
        take(plant, state, event.order, order)
        set_aside(order, event.time)


def _order_freed(plant: Plant, state: State, event: OrderFreed) -> None:
    order = _in_one(state, event.order, "freed")
    if order.hold is None:
        raise InvalidPlant(f"order {event.order!r} is not held ({order.stage}); only a held order can be freed")
    if order.stage != "held" and event.scrap:
        raise InvalidPlant(f"order {event.order!r} is not set aside yet ({order.stage}); wanted it freed without scrap")
    if not 0 <= event.scrap <= order.quantity:
        raise InvalidPlant(f"order {event.order!r} has {order.quantity} pieces; {event.scrap} of them cannot be scrap")
    order.hold = order.bound_for = None
    if order.stage != "held":
        return
    lose(state, order, event.scrap)
    if order.step == order.steps or order.quantity == 0:
        leave(plant, state, order, event.time)
        return
    order.stage, order.since = "released", event.time
    want(plant, state, event.order, order)


def _in_one(state: State, name: str, what: str) -> OrderState:
    order = known(state, name, what)
    if order.stage == "split":
        lots = ", ".join(lot for lot in order.lots if not state.orders[lot].has_left)
        raise InvalidPlant(f"order {name!r} is on its way in lots; name the lots that are to be {what}: {lots}")
    return order


APPLY: Mapping[type[Any], Callable[[Plant, State, Any], None]] = {
    Measured: _measured,
    Inspected: _inspected,
    OrderHeld: _order_held,
    OrderFreed: _order_freed,
}
"""Each fact of this kind, and what it changes."""
