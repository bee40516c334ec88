"""Contracts that can be run: does a floor behave as floors do, does a policy decide as policies may.

In the manner of Gymnasium's `check_env`: call them in a test of your own floor or policy.
"""

from collections.abc import Callable

from plant_models.plant import Plant
from plant_models.shifts import FOREVER, HOUR
from twin.chance import Certain
from twin.decisions import Choice, Decision, Policy, Start, Wait
from twin.floor import Floor
from twin.simulated import SimulatedFloor
from twin.snapshot import to_json
from twin.state import State, is_free


def check_floor(make: Callable[[], Floor], *, until: int = 24 * HOUR) -> None:
    """Check that what *make* makes is a floor, by letting it work until *until* twice.

    It must stop no later than asked, never go back in time, offer only what there is to choose, refuse what was not
    offered, and do what was chosen. *make* gives a new floor each time.

    Raises
    ------
    AssertionError
        Saying what the floor did and what a floor does.
    """
    floor = make()
    last, decisions = floor.state.now, 0
    while (decision := floor.advance(until)) is not None:
        now = floor.state.now
        _need(last <= now <= until, f"its time went from {last} to {now} ms, asked to go on until {until} ms")
        _check_decision(floor, decision)
        if decisions == 0:
            _check_refusal(floor, decision)
        order = decision.options[0]
        before = floor.state.orders[order].step
        floor.start(decision, order)
        taken = floor.state.orders[order]
        _need(
            taken.where == decision.machine or taken.step > before,
            f"{decision.machine!r} was told to take {order!r}, which is {taken.stage} at {taken.where!r} instead",
        )
        last, decisions = now, decisions + 1
    _need(floor.state.now == until, f"it has nothing to ask and stands at {floor.state.now} ms, not at {until} ms")
    _need(floor.advance(until) is None, f"it stood at {until} ms, was asked to go on until then, and had a decision")


def check_policy(policy: Policy, plant: Plant, state: State, *, most: int = 10_000) -> None:
    """Check that *policy* is one, by letting it work in *plant* from *state* (left alone) until every order has left.

    It must choose what it is offered or wait for a time to come, leave the state alone, and choose the same again
    when it is asked the same again.

    Raises
    ------
    AssertionError
        Saying what the policy did and what a policy does.
    """
    floor = SimulatedFloor(plant, state.copy(), Certain())
    for _ in range(most):
        decision = floor.advance(FOREVER)
        if decision is None:
            break
        before = to_json(floor.state)
        choice = policy(plant, floor.state, decision)
        _need(to_json(floor.state) == before, f"it changed the state when it was asked about {decision}")
        _check_choice(decision, choice)
        again = policy(plant, floor.state, decision)
        _need(again == choice, f"it was asked the same twice ({decision}) and chose {choice!r}, then {again!r}")
        floor.start(decision, choice)
    else:
        raise AssertionError(f"it has decided {most} times and {floor.state.unfinished} orders are still there")


def _check_decision(floor: Floor, decision: Decision) -> None:
    state = floor.state
    _need(decision.time == state.now, f"at {state.now} ms it asked for a decision at {decision.time} ms")
    _need(bool(decision.options), f"machine {decision.machine!r} was asked to choose from nothing")
    _need(decision.machine in state.machines, f"there is no machine {decision.machine!r}")
    machine = state.machines[decision.machine]
    _need(is_free(machine), f"machine {decision.machine!r} was asked to choose and is not free ({machine})")
    for name in decision.options:
        order = state.orders.get(name)
        _need(order is not None, f"machine {decision.machine!r} was offered {name!r}, which does not exist")
        if order is not None:
            takers = floor.plant.stops(order.order.product)[order.step].machines
            _need(decision.machine in takers, f"{name!r} was offered to {decision.machine!r}; {takers} can take it")


def _check_refusal(floor: Floor, decision: Decision) -> None:
    before = to_json(floor.state)
    for choice in ("there is no such order", Wait(decision.time)):
        try:
            floor.start(decision, choice)
        except ValueError:
            _need(to_json(floor.state) == before, f"it refused {choice!r} and changed its state all the same")
        else:
            raise AssertionError(f"it accepted {choice!r} for {decision}; wanted a ValueError")


def _check_choice(decision: Decision, choice: Choice) -> None:
    if isinstance(choice, Wait):
        ahead = choice.until is None or choice.until > decision.time
        _need(ahead, f"it waits until {choice.until} ms at {decision.time} ms, which is not ahead")
        return
    order = choice.order if isinstance(choice, Start) else choice
    _need(order in decision.options, f"it chose {order!r} of {', '.join(decision.options)}")


def _need(holds: bool, what: str) -> None:
    if not holds:
        raise AssertionError(what)
