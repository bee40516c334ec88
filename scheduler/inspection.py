"""What is wrong with a plan, in sentences. None is the meaning of a good plan."""

from collections.abc import Iterator, Sequence, Set

from plant_models.clock import duration
from plant_models.plan import Plan, Slot
from plant_models.plant import Plant
from plant_models.shifts import FOREVER
from scheduler.problem import begun_until, divides, fewest, pauses, setup_time, steps_to_begin, work_time
from scheduler.replay import InSequence, play, sequences_of
from twin.needs.batches import common
from twin.policies.rules import fifo
from twin.state import State

ROUNDING = 2
"""Milliseconds by which a time may be short: means are rounded."""


def faults(plant: Plant, state: State, plan: Plan) -> list[str]:
    """What is wrong with *plan* as a plan for the floor in *state*; nothing if it is good.

    Times are held against expected times. What has begun is no part of a plan, and everything else must be. Of orders
    that go in lots only this is looked at: that there are such, and that no machine does two things at once.
    """
    unknown = [sentence for slot in plan.slots for sentence in _unknown(plant, state, slot)]
    if unknown:
        return unknown
    lots = {name for name in {slot.order for slot in plan.slots} if _goes_in_lots(plant, state, name)}
    return [*_steps(plant, state, plan), *_machines(plant, state, plan, lots), *_times(plant, state, plan, lots)]


def _goes_in_lots(plant: Plant, state: State, name: str) -> bool:
    """Whether an order divides, or is a lot, and so is of a size that is seen on the floor."""
    order = state.find(name)
    return order is None or divides(plant, order) is not None


def _name(slot: Slot) -> str:
    return f"order {slot.order!r}, step {slot.step} on {slot.machine!r}"


def _unknown(plant: Plant, state: State, slot: Slot) -> Iterator[str]:
    """What a slot names that is not there."""
    order = state.find(slot.order)
    if order is None or (slot.order not in state.orders and divides(plant, order) is None):
        yield f"no order {slot.order!r}; there are {_some(list(state.orders))}"
        return
    if slot.machine not in plant.machines:
        there = _some(list(plant.machines))
        yield f"order {slot.order!r}, step {slot.step}: no machine {slot.machine!r}; there are {there}"
        return
    operations = plant.operations(order.order)
    if not 0 <= slot.step < len(operations):
        yield f"order {slot.order!r} has no step {slot.step}; its steps are 0 to {len(operations) - 1}"
    elif slot.machine not in operations[slot.step].machines:
        can = ", ".join(operations[slot.step].machines)
        yield f"{_name(slot)}: the machine cannot do it; those that can are {can}"


def _some(names: list[str]) -> str:
    return ", ".join(names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")


def _steps(plant: Plant, state: State, plan: Plan) -> Iterator[str]:
    """Steps that are missing, doubled, over already, or out of turn."""
    planned: dict[tuple[str, int], list[Slot]] = {}
    for slot in plan.slots:
        planned.setdefault((slot.order, slot.step), []).append(slot)
    lost: frozenset[str] | None = None
    for name, order in state.orders.items():
        if not order.has_left and divides(plant, order) is not None:
            continue
        to_begin = [] if order.has_left else [step for step, _ in steps_to_begin(plant, order)]
        ready, after = max(state.now, order.order.release), "its release" if order.stage == "planned" else "now"
        if order.in_hand:
            ready, after = begun_until(plant, state, order.in_hand), f"step {order.step}, which goes on, ends"
        for step in to_begin:
            here = planned.pop((name, step), [])
            if not here:
                lost = lost_on_the_way(plant, state, plan) if lost is None else lost
                if name not in lost:
                    yield f"order {name!r}: step {step} is missing"
                continue
            if len(here) > 1:
                yield f"order {name!r}: step {step} is planned {len(here)} times"
            if here[0].setup_start < ready:
                yield f"{_name(here[0])} begins {duration(ready - here[0].setup_start)} before {after}"
            ready, after = here[0].end, f"step {step} ends"
    for name, step in planned:
        found = state.find(name)
        if found is not None and divides(plant, found) is not None:
            continue
        yield f"order {name!r}: step {step} has begun already or is never reached"


def lost_on_the_way(plant: Plant, state: State, plan: Plan) -> frozenset[str]:
    """The orders of which nothing is left although *plan* is played: of those it cannot have every step.

    They spoil, are turned away, or a worn machine makes scrap of them.

    One that the plan only forgot is no such order: once a machine has done its own it would be taken.
    """
    is_kept = all(buffer.max_stay is None and buffer.when_full == "wait" for buffer in plant.buffers.values())
    if is_kept and all(machine.wear is None for machine in plant.machines.values()):
        return frozenset()
    end = play(plant, state, InSequence(sequences_of(plan), fifo), source=plan.source).end
    gone = (name for name, o in end.orders.items() if o.stage == "turned_away" or (o.has_left and o.quantity == 0))
    return frozenset(gone)


def _overlaps(plan: Plan) -> Iterator[str]:
    """What no machine can do at once."""
    for before, after in plan.overlaps():
        yield f"{_name(after)} begins {duration(before.end - after.setup_start)} before {_name(before)} ends"


def _machines(plant: Plant, state: State, plan: Plan, lots: Set[str]) -> Iterator[str]:
    """Overlaps, batches that no machine takes, and work planned on a machine that has something else in hand."""
    yield from _overlaps(plan)
    for machine, turns in plan.turns().items():
        for turn in turns:
            if not any(slot.order in lots for slot in turn):
                yield from _together(plant, state, turn)
        free = begun_until(plant, state, machine)
        if free < FOREVER and turns[0][0].setup_start < free and turns[0][0].order not in lots:
            early = duration(free - turns[0][0].setup_start)
            yield f"{_name(turns[0][0])} begins {early} before the machine is expected to be free"


def _together(plant: Plant, state: State, turn: Sequence[Slot]) -> Iterator[str]:
    """What keeps the slots of one time from being one batch of their machine."""
    machine, batch = turn[0].machine, plant.machines[turn[0].machine].batch
    who = ", ".join(slot.order for slot in turn)
    if batch is None:
        if len(turn) > 1:
            yield f"{_name(turn[1])} is at the time of {_name(turn[0])}, and the machine works on one order at a time"
        return
    pieces = _pieces(plant, state)
    size = sum(pieces.get((slot.order, slot.step), 1) if batch.counts == "pieces" else 1 for slot in turn)
    if batch.counts == "pieces" and any(m.wear is not None for m in plant.machines.values()):
        size = max(batch.least, min(size, batch.most))  # how many pieces are left depends on the wear
    if len(turn) > 1 and size > batch.most:
        yield f"the batch {who} on {machine!r} has {size} {batch.counts}; the machine takes {batch.most} at most"
    if size < batch.least and batch.longest_wait is None:
        yield f"the batch {who} on {machine!r} has {size} {batch.counts}; the machine wants {batch.least} at least"
    steps = {(state.orders[slot.order].order.product, slot.step) for slot in turn}
    if len({common(plant, machine, product, step) for product, step in steps}) > 1:
        yield f"the batch {who} on {machine!r} is not of one {batch.by}"
    places = {plant.stops(product)[step].place for product, step in steps}
    if len(places) > 1:
        yield f"the batch {who} on {machine!r} waits in different buffers: {', '.join(sorted(places))}"


def _pieces(plant: Plant, state: State) -> dict[tuple[str, int], int]:
    """The pieces that are expected to come to each step that has not begun."""
    return {
        (name, step): quantity
        for name, order in state.orders.items()
        if not order.has_left
        for step, quantity in steps_to_begin(plant, order)
    }


def _times(plant: Plant, state: State, plan: Plan, lots: Set[str]) -> Iterator[str]:
    """Setups and work that are too short, and starts in closed hours."""
    pieces = {(name, step): quantity for name, order in state.orders.items() for step, quantity in fewest(plant, order)}

    def work_of(slot: Slot) -> int:
        order = state.orders[slot.order].order
        return work_time(plant, order, slot.step, slot.machine, pieces.get((slot.order, slot.step), order.quantity))

    for machine, turns in plan.turns().items():
        known, hours = state.machines[machine], plant.hours(machine)
        families = {known.family}
        if known.order is not None and known.phase in ("setup", "work"):
            families = {plant.products[state.orders[known.order].order.product].family}
        for turn in turns:
            if any(slot.order in lots for slot in turn):
                families = {_family(plant, state, slot) for slot in turn}
                continue
            slot, works = turn[0], {slot: work_of(slot) for slot in turn}
            if hours is not None and not hours.is_open(slot.setup_start):
                yield f"{_name(slot)} begins in closed hours"
            leads = [s for s, work in works.items() if work == max(works.values())]
            wanted = {_family(plant, state, s) for s in leads}
            setup = min(setup_time(plant, machine, before, after) for before in families for after in wanted)
            families = {*wanted}
            if (given := _running(plant, machine, slot.setup_start, slot.start)) < setup - ROUNDING:
                yield f"{_name(slot)} has {duration(given)} for a setup of {duration(setup)}"
            if (given := _running(plant, machine, slot.start, slot.end)) < (work := works[leads[0]]) - ROUNDING:
                yield f"{_name(leads[0])} has {duration(given)} for work that takes {duration(work)}"


def _family(plant: Plant, state: State, slot: Slot) -> str:
    """The setup family of what a slot works on: of a lot that of its order."""
    order = state.find(slot.order)
    return "" if order is None else plant.products[order.order.product].family


def _running(plant: Plant, machine: str, start: int, end: int) -> int:
    """How long *machine* runs between *start* and *end*."""
    hours = plant.hours(machine)
    return end - start if hours is None or not pauses(plant, machine) else hours.working_time(start, max(start, end))
