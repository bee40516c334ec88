"""A shift: a released plan is followed on the floor, and made anew when something breaks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from live_bridge import gate
from live_bridge.floor import Delivery, OpcUaFloor
from live_bridge.gate import Permit
from live_bridge.mirror import OpcUaMirror
from live_bridge.reconcile import open_commands, settle_open
from plant_models.deeds import PlanRecalled, PlanReleased
from plant_models.errors import FloorLost, NotApproved
from plant_models.events import BrokeDown, Event, Fact
from plant_models.plan import Plan
from plant_models.shifts import FOREVER
from twin.decisions import Policy
from twin.journal import Journal
from twin.state import State

Replan = Callable[[OpcUaMirror, Event], Permit | None]
"""Is called when something broke: plans, rehearses, has it approved and released; returns the new permit, or None."""

_LISTEN = 0.2
_ATTEMPTS = 3

Ending = Literal["finished", "plan done", "until", "recalled", "unresolved"]
"""How a shift ended: every order has left; the plan is done and other orders are left; the time is up; somebody took
the plan back; or it cannot be known any more how the floor stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftReport:
    """How a shift went."""

    ending: Ending
    now: int
    facts: int
    deliveries: tuple[Delivery, ...]
    detail: str = ""


def resume(mirror: OpcUaMirror) -> OpcUaFloor | None:
    """The floor with the plan in force, by the mirror's journal: how a shift goes on whose process was killed."""
    if mirror.journal is None:
        raise ValueError("a shift goes on from its journal; give it to the mirror")
    permit = gate.permit_in_force(mirror.journal)
    return None if permit is None else OpcUaFloor(mirror, permit)


def run_shift(
    floor: OpcUaFloor,
    policy: Policy | None = None,
    *,
    replan: Replan | None = None,
    until: int = FOREVER,
    on_event: Callable[[Event], object] | None = None,
    triggers: tuple[type[Fact], ...] = (BrokeDown,),
    patience: float = 60.0,
) -> ShiftReport:
    """Follow the plan of *floor* until its orders have left, or until *until* on the floor's clock.

    Parameters
    ----------
    policy
        Left out, the machines are given the whole plan and follow it by themselves. With one, each decision is made
        here, by it, and sent when it is due; it must stay within the plan.
    replan
        Is called on the first of *triggers* in what has come in; the plan of the permit it returns takes over.
    on_event
        Is given every fact as it arrives.
    patience
        Seconds for which the floor may be lost before the shift gives up.
    """
    return _Shift(floor, policy, replan, on_event, triggers, patience).follow(until)


class _Shift:
    def __init__(
        self,
        floor: OpcUaFloor,
        policy: Policy | None,
        replan: Replan | None,
        on_event: Callable[[Event], object] | None,
        triggers: tuple[type[Fact], ...],
        patience: float,
    ) -> None:
        self.floor, self.mirror, self.policy = floor, floor.mirror, policy
        self.journal: Journal = floor.journal
        self.replan, self.on_event, self.triggers, self.patience = replan, on_event, triggers, patience
        self.deliveries: list[Delivery] = []
        self.arrived: list[Event] = []
        self.facts = 0
        self._read = 0

    def follow(self, until: int) -> ShiftReport:
        """The shift, from its beginning to its end."""
        listener = self.arrived.append
        self.mirror.listeners.append(listener)
        try:
            self.mirror.connect(self.patience)
            self._deliver()
            self._attend(self._missed())
            while True:
                ending = self._ending(until)
                if ending is not None:
                    return self._report(ending)
                self._go_on(until)
                self._attend()
        except (FloorLost, NotApproved) as error:
            return self._report("recalled" if isinstance(error, NotApproved) else "unresolved", str(error))
        finally:
            self.mirror.listeners.remove(listener)

    def _deliver(self) -> None:
        """Bring the plan to the machines; settle first what an earlier life of this shift left open."""
        settle_open(self.mirror)
        if self.policy is not None:
            settled = self.floor.begin()
            if any(each.outcome != "confirmed" for each in settled):
                raise FloorLost(f"the plant did not take its orders: {settled[0].detail}")
            return
        for _ in range(_ATTEMPTS):
            delivery = self.floor.release()
            self.deliveries.append(delivery)
            if delivery.outcome != "unresolved":
                break
            self.mirror.connect(self.patience)
            settle_open(self.mirror)
        if delivery.outcome == "refused":
            raise NotApproved(delivery.words())
        if delivery.outcome == "unresolved":
            raise FloorLost(delivery.words())

    def _go_on(self, until: int) -> None:
        """Let time pass: until something comes in, or until a decision is due and made."""
        if self.policy is None:
            self.mirror.wait(_LISTEN)
        else:
            decision = self.floor.advance(min(until, self.mirror.state.now + 1))
            if decision is not None:
                self.floor.start(decision, self.policy(self.floor.plant, self.floor.state, decision))
        if not self.mirror.is_live:
            self.mirror.connect(self.patience)
            if open_commands(self.journal):
                settle_open(self.mirror)

    def _missed(self) -> Event | None:
        """What broke after the plan was released and before this shift began to listen, if it is still broken."""
        found: list[Event] = []
        for entry in self.journal.entries():
            if isinstance(entry.entry, PlanReleased):
                found = []
            elif isinstance(entry.entry, self.triggers):
                found.append(entry.entry)
        down = [name for name, machine in self.mirror.state.machines.items() if machine.down is not None]
        return next((event for event in found if not isinstance(event, BrokeDown) or event.machine in down), None)

    def _attend(self, missed: Event | None = None) -> None:
        """Pass on what has come in, and plan anew if something broke."""
        events, self.arrived[:] = list(self.arrived), []
        self.facts += len(events)
        if self.on_event is not None:
            for event in events:
                self.on_event(event)
        trigger = next((event for event in events if isinstance(event, self.triggers)), missed)
        if trigger is None or self.replan is None:
            return
        permit = self.replan(self.mirror, trigger)
        if permit is not None:
            self.floor = OpcUaFloor(self.mirror, permit)
            self._deliver()

    def _ending(self, until: int) -> Ending | None:
        state = self.mirror.state
        if self.arrived:
            return None
        if state.unfinished == 0:
            return "finished"
        is_idle = all(machine.phase not in ("setup", "work") for machine in state.machines.values())
        if is_idle and is_done(self.floor.plan, state):
            return "plan done"
        if state.now >= until:
            return "until"
        return "recalled" if self._is_taken_back() else None

    def _is_taken_back(self) -> bool:
        """Whether somebody else recalled the plan, or released another, since we last looked."""
        length = len(self.journal)
        is_news = any(isinstance(deed, PlanReleased | PlanRecalled) for deed in self.journal.deeds(self._read))
        self._read = length
        if not is_news:
            return False
        standing = gate.in_force(self.journal)
        return standing is None or standing.digest != self.floor.permit.digest

    def _report(self, ending: Ending, detail: str = "") -> ShiftReport:
        return ShiftReport(
            ending=ending,
            now=self.mirror.state.now,
            facts=self.facts + len(self.arrived),
            deliveries=tuple(self.deliveries),
            detail=detail,
        )


def is_done(plan: Plan, state: State) -> bool:
    """Whether nothing of *plan* is left to do."""
    for slot in plan.slots:
        order = state.find(slot.order)
        if order is None or (not order.has_left and order.step <= slot.step):
            return False
    return True
