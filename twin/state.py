"""The state of a floor: only what a floor can tell, changed only by `apply`."""

import copy
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any, Literal

import msgspec

from plant_models.errors import InvalidPlant
from plant_models.events import (
    BrokeDown,
    Entered,
    Event,
    Finished,
    Held,
    OrderAdded,
    OrderReleased,
    OrderTurnedAway,
    PassedOver,
    Repaired,
    RepairStarted,
    SetupStarted,
    ShiftEnded,
    ShiftStarted,
    Started,
)
from plant_models.orders import Order
from plant_models.plant import Machine, Plant

Phase = Literal["idle", "setup", "work", "done"]
"""What a machine does with its order: nothing, changing over for it, working on it, keeping it when finished."""

Stage = Literal["planned", "released", "waiting", "loaded", "blocked", "finished", "turned_away"]
"""Where an order stands: before its release, outside a full first buffer, in a buffer, being set up for or worked
on, finished by a machine that cannot get rid of it, gone, gone without having been let in."""

Status = Literal["closed", "down", "working", "setup", "blocked", "idle"]
"""A machine in one word."""


class MachineState(msgspec.Struct):
    """One machine now. Work done so far is *done* plus the time since *mark* while `is_running`.

    *ages* are the clocks of its failures (milliseconds each has run since the last repair), true at *age_mark*;
    *failures* counts how often each has happened. *repair_since* None on a machine that is down: nobody repairs it yet.
    *family* is what it is set up for.
    """

    family: str | None
    ages: list[int]
    failures: list[int]
    order: str | None = None
    phase: Phase = "idle"
    since: int = 0
    done: int = 0
    mark: int = 0
    age_mark: int = 0
    down: int | None = None
    down_since: int = 0
    repair_since: int | None = None
    is_closed: bool = False
    is_held: bool = False
    held_until: int | None = None
    good: int = 0
    scrap: int = 0


class OrderState(msgspec.Struct):
    """One order now: the *step* it waits for or is in, and *where* (a buffer or a machine).

    *repeats* counts how often it was sent back to an earlier step. *number* counts the orders for its product that were
    known before it, where its steps take recorded times (a `Trace`), and is 0 elsewhere.
    """

    order: Order
    steps: int
    quantity: int
    stage: Stage = "planned"
    step: int = 0
    where: str = ""
    since: int = 0
    scrap: int = 0
    repeats: int = 0
    released_at: int | None = None
    finished_at: int | None = None
    number: int = 0

    @property
    def has_left(self) -> bool:
        """Whether the order is gone, finished or turned away."""
        return self.stage == "finished" or self.stage == "turned_away"


class State(msgspec.Struct):
    """A floor at one instant.

    *buffers* holds the orders in each buffer, first come first; *wanting* those that would enter it if it had room,
    from outside or on a machine that keeps them. *unfinished* counts the orders that have not left, *on_floor* those
    of them that were released.
    """

    machines: dict[str, MachineState]
    buffers: dict[str, deque[str]]
    wanting: dict[str, list[str]]
    orders: dict[str, OrderState]
    now: int = 0
    unfinished: int = 0
    on_floor: int = 0

    def copy(self) -> "State":
        """A state of its own, equal to this one."""
        return State(
            {name: _copy_machine(machine) for name, machine in self.machines.items()},
            {name: queue.copy() for name, queue in self.buffers.items()},
            {name: queue.copy() for name, queue in self.wanting.items()},
            {name: copy.copy(order) for name, order in self.orders.items()},
            self.now,
            self.unfinished,
            self.on_floor,
        )


def _copy_machine(machine: MachineState) -> MachineState:
    twin = copy.copy(machine)
    twin.ages, twin.failures = machine.ages.copy(), machine.failures.copy()
    return twin


def opening(plant: Plant, orders: Iterable[Order] = ()) -> State:
    """The floor at its epoch: every machine idle, every buffer empty, *orders* known and none released."""
    state = State(
        {machine.id: _first(plant, machine) for machine in plant.machines.values()},
        {buffer: deque() for buffer in plant.buffers},
        {buffer: [] for buffer in plant.buffers},
        {},
    )
    for order in orders:
        apply(plant, state, OrderAdded(0, order))
    return state


def _first(plant: Plant, machine: Machine) -> MachineState:
    hours, ways = plant.hours(machine.id), len(machine.failures)
    is_closed = hours is not None and not hours.is_open(0)
    return MachineState(machine.set_up_for, [0] * ways, [0] * ways, is_closed=is_closed)


def apply(plant: Plant, state: State, event: Event) -> None:
    """Let *event* have happened."""
    state.now = event.time
    _APPLY[type(event)](plant, state, event)


def is_running(plant: Plant, name: str, machine: MachineState) -> bool:
    """Whether setup or work goes on, rather than standing still for a breakdown or the end of the shift."""
    if machine.down is not None or machine.phase not in ("setup", "work"):
        return False
    if not machine.is_closed:
        return True
    return plant.work_centers[plant.machines[name].work_center].at_shift_end == "finish"


def status(plant: Plant, name: str, machine: MachineState) -> Status:
    """What a machine is doing, in one word: down before closed before what it has in hand."""
    if machine.down is not None:
        return "down"
    if machine.is_closed and not is_running(plant, name, machine):
        return "closed"
    return _WORDS[machine.phase]


_WORDS: dict[Phase, Status] = {"idle": "idle", "setup": "setup", "work": "working", "done": "blocked"}


def progress(plant: Plant, name: str, machine: MachineState, now: int) -> int:
    """Milliseconds of the present setup or work that are done at *now*, closed hours and repairs not counted."""
    return machine.done + (now - machine.mark if is_running(plant, name, machine) else 0)


def _order_added(plant: Plant, state: State, event: OrderAdded) -> None:
    order = event.order
    if order.product not in plant.products:
        known = ", ".join(plant.products)
        raise InvalidPlant(f"order {order.id!r}: no product {order.product!r}; there are {known}")
    known_before = state.orders.get(order.id)
    if known_before is None:
        state.unfinished += 1
    elif known_before.stage != "planned":
        raise InvalidPlant(
            f"order {order.id!r} is on the floor already ({known_before.stage}); give a new one another id"
        )
    number = _number(state, order) if plant.is_traced(order.product) else 0
    state.orders[order.id] = OrderState(order, len(plant.stops(order.product)), order.quantity, number=number)


def _number(state: State, order: Order) -> int:
    """How many orders for the same product were known before this one."""
    known = state.orders.get(order.id)
    if known is not None and known.order.product == order.product:
        return known.number
    same = (o.number + 1 for o in reversed(state.orders.values()) if o.order.product == order.product)
    return next(same, 0)


def _order_released(plant: Plant, state: State, event: OrderReleased) -> None:
    order = state.orders[event.order]
    order.stage, order.since, order.released_at = "released", event.time, event.time
    state.on_floor += 1
    _want(plant, state, event.order, order)


def _order_turned_away(plant: Plant, state: State, event: OrderTurnedAway) -> None:
    order = state.orders[event.order]
    _take(plant, state, event.order, order)
    order.stage, order.where, order.since = "turned_away", "", event.time
    state.unfinished -= 1
    state.on_floor -= 1


def _entered(plant: Plant, state: State, event: Entered) -> None:
    order = state.orders[event.order]
    _take(plant, state, event.order, order)
    order.stage, order.where, order.since = "waiting", event.buffer, event.time
    state.buffers[event.buffer].append(event.order)
    for machine in plant.stops(order.order.product)[order.step].machines:
        state.machines[machine].is_held = False


def _setup_started(plant: Plant, state: State, event: SetupStarted) -> None:
    _load(plant, state, event.machine, event.order, "setup", event.time)


def _started(plant: Plant, state: State, event: Started) -> None:
    _load(plant, state, event.machine, event.order, "work", event.time)
    state.machines[event.machine].family = plant.products[state.orders[event.order].order.product].family


def _finished(plant: Plant, state: State, event: Finished) -> None:
    machine, order = state.machines[event.machine], state.orders[event.order]
    if machine.ages:
        _tick(plant, event.machine, machine, event.time)
    order.quantity, order.since = event.good, event.time
    order.scrap += event.scrap
    machine.good += event.good
    machine.scrap += event.scrap
    machine.since = event.time
    following = event.step + 1 if event.to is None else event.to
    if following <= event.step:
        order.repeats += 1
    order.step = following
    if order.step == order.steps or event.good == 0:
        order.stage, order.where, order.finished_at = "finished", "", event.time
        machine.phase, machine.order = "idle", None
        state.unfinished -= 1
        state.on_floor -= 1
        return
    machine.phase = "done"
    order.stage = "blocked"
    _want(plant, state, event.order, order)


def _broke_down(plant: Plant, state: State, event: BrokeDown) -> None:
    machine = state.machines[event.machine]
    _pause(plant, event.machine, machine, event.time)
    machine.down, machine.down_since = event.failure, event.time
    ways = plant.machines[event.machine].failures
    has_to_wait = event.failure < len(ways) and ways[event.failure].crew is not None
    machine.repair_since = None if has_to_wait else event.time
    if event.failure < len(machine.failures):
        machine.failures[event.failure] += 1


def _repair_started(plant: Plant, state: State, event: RepairStarted) -> None:
    state.machines[event.machine].repair_since = event.time


def _repaired(plant: Plant, state: State, event: Repaired) -> None:
    machine = state.machines[event.machine]
    _pause(plant, event.machine, machine, event.time)
    if machine.down is not None and machine.down < len(machine.ages):
        machine.ages[machine.down] = 0
    machine.down = machine.repair_since = None


def _shift_ended(plant: Plant, state: State, event: ShiftEnded) -> None:
    machine = state.machines[event.machine]
    _pause(plant, event.machine, machine, event.time)
    machine.is_closed = True


def _shift_started(plant: Plant, state: State, event: ShiftStarted) -> None:
    machine = state.machines[event.machine]
    _pause(plant, event.machine, machine, event.time)
    machine.is_closed = False


def _held(plant: Plant, state: State, event: Held) -> None:
    machine = state.machines[event.machine]
    machine.is_held, machine.held_until = True, event.until


def _passed_over(plant: Plant, state: State, event: PassedOver) -> None:
    """Nothing on the floor changes: that it was passed over follows from what was started instead."""


def _want(plant: Plant, state: State, name: str, order: OrderState) -> None:
    """Let *order* want to enter the buffer before its next step."""
    stop = plant.stops(order.order.product)[order.step]
    state.wanting[stop.place].append(name)
    if plant.buffers[stop.place].capacity == 0:
        for machine in stop.machines:
            state.machines[machine].is_held = False


def _load(plant: Plant, state: State, name: str, order_name: str, phase: Phase, now: int) -> None:
    machine, order = state.machines[name], state.orders[order_name]
    if machine.ages:
        _tick(plant, name, machine, now)
    if machine.order != order_name:
        _take(plant, state, order_name, order)
        machine.order = order_name
        order.stage, order.where, order.since = "loaded", name, now
    machine.phase = phase
    machine.since = machine.mark = now
    machine.done = 0
    machine.is_held = False


def _take(plant: Plant, state: State, name: str, order: OrderState) -> None:
    """Take *order* away from where it is: a buffer, the door of a full one, or the machine that keeps it."""
    if order.stage == "waiting":
        queue = state.buffers[order.where]
        if queue[0] == name:
            queue.popleft()
        else:
            queue.remove(name)
        return
    state.wanting[plant.stops(order.order.product)[order.step].place].remove(name)
    if order.stage == "blocked":
        keeper = state.machines[order.where]
        keeper.order, keeper.phase, keeper.since = None, "idle", state.now


def _pause(plant: Plant, name: str, machine: MachineState, now: int) -> None:
    """Add up what was done until *now*, before something that stops or resumes the machine."""
    if machine.ages:
        _tick(plant, name, machine, now)
    if is_running(plant, name, machine):
        machine.done += now - machine.mark
    machine.mark = now


def _tick(plant: Plant, name: str, machine: MachineState, now: int) -> None:
    """Bring the clocks of the failures up to *now*."""
    passed = now - machine.age_mark
    if passed and machine.down is None:
        is_working = machine.phase == "work" and is_running(plant, name, machine)
        for way, failure in enumerate(plant.machines[name].failures):
            if is_working if failure.clock == "working" else not machine.is_closed:
                machine.ages[way] += passed
    machine.age_mark = now


_APPLY: dict[type[Any], Callable[[Plant, State, Any], None]] = {
    OrderAdded: _order_added,
    OrderReleased: _order_released,
    OrderTurnedAway: _order_turned_away,
    Entered: _entered,
    SetupStarted: _setup_started,
    Started: _started,
    Finished: _finished,
    BrokeDown: _broke_down,
    RepairStarted: _repair_started,
    Repaired: _repaired,
    ShiftEnded: _shift_ended,
    ShiftStarted: _shift_started,
    Held: _held,
    PassedOver: _passed_over,
}
