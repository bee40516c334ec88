"""Acting on a plant: what was approved is brought to its machines, in two phases, or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from live_bridge import gate
from live_bridge.commands import Command, Lists, Settled, carry_out, job_order_lists
from live_bridge.gate import Permit
from live_bridge.mirror import OpcUaMirror
from live_bridge.nodes import PLANT, JobOrder, JobState, job_order_id, job_orders, prefix
from live_bridge.opcua import Call, text
from plant_models import clock
from plant_models.deeds import BRIDGE, CommandSent, Outcome
from plant_models.errors import FloorLost, NotApproved
from plant_models.plan import Plan
from plant_models.plant import Plant
from plant_models.shifts import FOREVER
from twin.decisions import Choice, Decision, Start, Wait
from twin.journal import Journal
from twin.needs import lack
from twin.policies.follow import TOLERANCE
from twin.state import State, is_free
from twin.upkeep import is_drained
from twin.wiring import wiring

_LISTEN = 0.2
"""Seconds between two looks at what came in, when nothing comes in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of a plan, or of its recall, at the machines.

    Confirmed: every machine has it. Refused: at least one would not, and none has it. Unresolved: it is not known of
    every machine; *settled* says what is.
    """

    outcome: Outcome
    settled: tuple[Settled, ...]

    def words(self) -> str:
        """In one line."""
        open_ends = [each for each in self.settled if each.outcome != "confirmed"]
        machines = len({each.machine for each in self.settled if each.machine})
        if not open_ends:
            return f"{self.outcome}: {len(self.settled)} commands to {machines} machines"
        first = open_ends[0]
        where = f"{first.command} at {first.machine or 'the plant'}"
        return f"{self.outcome}: {where} was {first.outcome} ({first.detail})"


class OpcUaFloor:
    """A plant that can be worked on, within a permit.

    Parameters
    ----------
    mirror
        The plant, as it is watched; with a journal, because every command is written down before it is sent.
    permit
        From `gate.release`; there is no other way to get one.

    Notes
    -----
    `release` hands the whole plan to the machines, which then follow it by themselves. As a `Floor` it can also be
    driven decision by decision (`advance`, `start`); what is started must be in the permit's plan. Either way the
    permit is looked at again before anything is sent: a plan that was superseded or recalled moves nothing, and one
    that waited longer than its rehearsal is fresh is not begun.
    """

    def __init__(self, mirror: OpcUaMirror, permit: Permit) -> None:
        self.journal: Journal = gate.require(permit, mirror.journal)
        gate.check(self.journal, permit)
        self.mirror, self.permit = mirror, permit
        self._jobs = job_orders(permit.plan, tolerance=TOLERANCE)
        self._planned = {(job.order, job.step, job.machine): job for jobs in self._jobs.values() for job in jobs}
        self._wiring = wiring(mirror.plant)
        self._waits: dict[str, tuple[tuple[str, ...], int]] = {}
        self._sent: dict[str, tuple[str, int]] = {}
        self._is_begun = False

    @property
    def plant(self) -> Plant:
        """What it is believed to be."""
        return self.mirror.plant

    @property
    def state(self) -> State:
        """How it stands, as it told."""
        return self.mirror.state

    @property
    def plan(self) -> Plan:
        """What it is to do."""
        return self.permit.plan

    # -- the whole plan ---------------------------------------------------------------------------------------------

    def release(self) -> Delivery:
        """Bring the plan to the machines: store on all, read back, then put it in the place of the one before.

        Only what is missing is sent, so to call it again, after a crash or a lost answer, does no harm. What has begun
        is left to finish. Where a machine refuses, everything is taken back and the gate is told.

        Raises
        ------
        FloorLost
            Where the plant cannot be followed live to begin with; nothing was sent then.
        NotApproved
            Where the plan is not in force any more, or nothing of it was sent yet and its rehearsal has grown too old:
            then its release is withdrawn.
        """
        self.mirror.require_live()
        gate.begin(self.journal, self.permit, now=self.mirror.state.now)
        wanted = self._to_do()
        settled = self.add_orders()
        if not _all_confirmed(settled):
            return self._take_back(settled, is_untouched=True)
        try:
            return self._store_and_start(wanted, settled)
        except FloorLost as error:
            lost = Settled(command="JobOrderList", machine="", job_orders=(), outcome="unresolved", detail=str(error))
            return Delivery(outcome="unresolved", settled=(*settled, lost))

    def recall(self, *, by: str, reason: str) -> Delivery:
        """Take the plan back: what has not begun is taken off the machines, what has is finished."""
        gate.recall(self.journal, self.permit.digest, by=by, reason=reason)
        return self._clear()

    def _store_and_start(self, wanted: dict[str, tuple[JobOrder, ...]], settled: tuple[Settled, ...]) -> Delivery:
        """The two phases, once the plant knows the orders."""
        lists = job_order_lists(self.mirror, self.plant.machines)
        missing = [Command(method="Store", machine=m, jobs=_absent(lists, m, jobs)) for m, jobs in wanted.items()]
        settled += carry_out(self.mirror, self.permit, missing)
        if not _all_confirmed(settled) or not self._is_stored(wanted):
            return self._take_back(settled, is_untouched=True)
        swap = [command for machine in self.plant.machines for command in self._swap(lists, machine, wanted)]
        settled += carry_out(self.mirror, self.permit, swap)
        if not _all_confirmed(settled):
            return self._take_back(settled, is_untouched=False)
        return Delivery(outcome="confirmed", settled=settled)

    def _to_do(self) -> dict[str, tuple[JobOrder, ...]]:
        """The plan's job orders that have not begun."""
        state = self.mirror.state
        found: dict[str, tuple[JobOrder, ...]] = {}
        for machine, jobs in self._jobs.items():
            found[machine] = tuple(job for job in jobs if not _has_begun(state, job))
        return found

    def add_orders(self) -> tuple[Settled, ...]:
        """Give the plant those orders of the plan that it does not know yet (its ERP download).

        Of lots it is told the order that they are part of: into which lots that divides is seen on the floor.
        """
        state, at_plant = self.mirror.state, self.mirror.at_plant
        planned = {slot.order: state.find(slot.order) for slot in self.plan.slots}
        unknown = [name for name, known in planned.items() if known is None]
        if unknown:
            raise NotApproved(f"the plan has orders that nobody knows here: {', '.join(sorted(unknown)[:5])}")
        wanted = {state.whole(known.order.id) for known in planned.values() if known is not None}
        missing = [known for name, known in state.book() if name in wanted and at_plant.get(name) != known.order]
        if not missing:
            return ()
        names = tuple(state.order.id for state in missing)
        sent = CommandSent(at=clock.now(), by=BRIDGE, command="AddOrders", machine="", job_orders=names)
        self.journal.append(sent)
        document = msgspec.json.encode([state.order for state in missing]).decode()
        outcome: Outcome = "unresolved"
        detail = ""
        try:
            (reply,) = self.mirror._line.call([Call(PLANT, "AddOrders", (text(document),))])
            outcome = "confirmed" if reply.is_done else "refused"
            detail = "" if reply.is_done else (reply.detail or str(reply.status))
        except FloorLost as error:
            detail = str(error)
        terms = {state.order.id: state.order for state in missing}

        def has_all(mirror: OpcUaMirror) -> bool:
            return all(mirror.at_plant.get(name) == order for name, order in terms.items())

        if outcome != "refused":
            is_there = self.mirror.wait_for(has_all, 5.0)
            outcome = "confirmed" if is_there else "unresolved"
        settled = Settled(command="AddOrders", machine="", job_orders=names, outcome=outcome, detail=detail)
        self.journal.append(settled.deed())
        return (settled,)

    def _is_stored(self, wanted: dict[str, tuple[JobOrder, ...]]) -> bool:
        """Read back what the machines hold, and compare."""
        lists = job_order_lists(self.mirror, wanted)
        return all(
            job.id in lists[machine] and lists[machine][job.id].job_order == job
            for machine, jobs in wanted.items()
            for job in jobs
        )

    def _swap(self, lists: Lists, machine: str, wanted: dict[str, tuple[JobOrder, ...]]) -> Iterable[Command]:
        """Take what is left of other plans off a machine, and start this one's job orders."""
        own = prefix(self.permit.digest)
        held = lists[machine]
        waiting = [entry.job_order for entry in held.values() if entry.state <= JobState.ALLOWED_TO_START]
        others = tuple(job for job in reversed(waiting) if not _is_of(job, own))  # last first: none moves up meanwhile
        yield Command(method="Cancel", machine=machine, jobs=others)
        started = {name for name, entry in held.items() if entry.state > JobState.NOT_ALLOWED_TO_START}
        jobs = tuple(job for job in wanted.get(machine, ()) if job.id not in started)
        yield Command(method="Start", machine=machine, jobs=jobs)

    def _take_back(self, settled: tuple[Settled, ...], *, is_untouched: bool) -> Delivery:
        """After a refusal: nothing of the plan stays on any machine, as far as can be known."""
        faults = [s for s in settled if s.outcome != "confirmed"]
        reason = "; ".join(f"{s.command} at {s.machine or 'the plant'}: {s.detail}" for s in faults)
        cleared = self._clear()
        everything = settled + cleared.settled
        if cleared.outcome != "confirmed":
            return Delivery(outcome="unresolved", settled=everything)
        reason = reason or "what was read back is not what was stored"
        gate.withdraw(self.journal, self.permit, reason=reason, is_untouched=is_untouched)
        return Delivery(outcome="refused", settled=everything)

    def _clear(self) -> Delivery:
        """Take the plan's job orders that have not begun off every machine."""
        own = prefix(self.permit.digest)
        try:
            lists = job_order_lists(self.mirror, self.plant.machines)
        except FloorLost as error:
            lost = Settled(command="JobOrderList", machine="", job_orders=(), outcome="unresolved", detail=str(error))
            return Delivery(outcome="unresolved", settled=(lost,))
        commands = []
        for machine, held in lists.items():
            mine = [entry for entry in held.values() if _is_of(entry.job_order, own)]
            started = tuple(e.job_order for e in reversed(mine) if e.state == JobState.ALLOWED_TO_START)
            waiting = tuple(e.job_order for e in reversed(mine) if e.state <= JobState.ALLOWED_TO_START)
            commands += [Command(method="Cancel", machine=machine, jobs=waiting)]
            if started:
                commands.insert(-1, Command(method="RevokeStart", machine=machine, jobs=started))
        settled = carry_out(self.mirror, self.permit, commands)
        return Delivery(outcome=_cleared(settled), settled=settled)

    # -- decision by decision ---------------------------------------------------------------------------------------

    def advance(self, until: int = FOREVER) -> Decision | None:
        """Wait until a machine has a choice, or until *until* on the floor's clock; None when that is reached.

        With FOREVER it also ends when every order has left.

        Raises
        ------
        FloorLost
            Where the plant's state cannot be known any more.
        """
        while True:
            state = self.mirror.state
            if self.mirror.unknown_since is not None:
                self.mirror.require_live()
            if self.mirror.is_live:
                decision = self._decision(state)
                if decision is not None:
                    return decision
                if state.now >= until or (until >= FOREVER and state.unfinished == 0):
                    return None
            self.mirror.wait(_LISTEN)

    def begin(self) -> tuple[Settled, ...]:
        """Take the plan up, to be driven decision by decision; what became of telling the plant its orders.

        Raises
        ------
        FloorLost
            Where the plant cannot be followed live.
        NotApproved
            As in `release`.
        """
        self.mirror.require_live()
        gate.begin(self.journal, self.permit, now=self.mirror.state.now)
        self._is_begun = True
        return self.add_orders()

    def start(self, decision: Decision, choice: Choice) -> None:
        """Let a machine do what was chosen (StoreAndStart); it must be in the permit's plan.

        On a machine that works in batches the others of the plan's batch are started with it, where nothing else was
        said.

        Raises
        ------
        NotApproved
            Where it is not, or the plan is not in force any more, or was not begun while its rehearsal was fresh.
        """
        machine, now = decision.machine, decision.time
        if isinstance(choice, Wait):
            self._waits[machine] = (decision.options, FOREVER if choice.until is None else choice.until)
            return
        order, mates = (choice.order, choice.mates) if isinstance(choice, Start) else (choice, None)
        if order not in decision.options:
            known = ", ".join(decision.options)
            raise ValueError(f"machine {machine!r} cannot take {order!r} now; it may take {known}")
        if self._is_begun:
            gate.check(self.journal, self.permit)
        else:
            gate.begin(self.journal, self.permit, now=self.mirror.state.now)
        job = self._job(machine, order)
        if mates is None:
            orders = self.mirror.state.orders
            mates = tuple(name for name, step in job.mates if name in orders and orders[name].step == step)
        jobs = (job, *(self._job(machine, mate) for mate in mates))
        settled = carry_out(self.mirror, self.permit, [Command(method="StoreAndStart", machine=machine, jobs=jobs)])
        if settled[0].outcome == "refused":
            self._waits[machine] = (decision.options, now + job.tolerance)
        else:
            self._sent[machine] = (order, job.step)

    def _job(self, machine: str, order: str) -> JobOrder:
        """The plan's job order for the present step of an order on a machine; NotApproved where there is none."""
        step = self.mirror.state.orders[order].step
        job = self._planned.get((order, step, machine))
        if job is None:
            name = job_order_id(self.permit.digest, order, step)
            raise NotApproved(f"{name} on {machine} is not in the plan that was approved")
        return job

    def _decision(self, state: State) -> Decision | None:
        """The first machine that is idle, has orders to choose from, and was neither told to wait nor given one."""
        for machine, number in self._wiring.index.items():
            found = state.machines[machine]
            if not is_free(found) or is_drained(self.plant, state, machine) or self._is_on_its_way(state, machine):
                continue
            checks = self._wiring.checks[number]
            options = self._wiring.options(state, number)
            if checks:
                options = tuple(order for order in options if lack(checks, state, order) is None)
            told, until = self._waits.get(machine, ((), 0))
            if options and (options != told or state.now >= until):
                self._waits.pop(machine, None)
                return Decision(state.now, machine, options)
        return None

    def _is_on_its_way(self, state: State, machine: str) -> bool:
        """Whether a machine was given an order that it has not taken yet."""
        sent = self._sent.get(machine)
        if sent is None:
            return False
        order = state.orders[sent[0]]
        if (
            order.step == sent[1]
            and not order.fetched_by
            and order.stage in ("waiting", "released", "blocked", "planned")
        ):
            return True
        del self._sent[machine]
        return False


def _has_begun(state: State, job: JobOrder) -> bool:
    """Whether the step was started, here or elsewhere, or can never be."""
    order = state.find(job.order)
    if order is None:
        return False
    return order.has_left or order.step > job.step or (order.step == job.step and bool(order.in_hand))


def _absent(lists: Lists, machine: str, jobs: tuple[JobOrder, ...]) -> tuple[JobOrder, ...]:
    """The job orders that *machine* does not hold yet, or holds otherwise (to store those again is refused)."""
    held = lists[machine]
    return tuple(job for job in jobs if job.id not in held or held[job.id].job_order != job)


def _is_of(job: JobOrder, own: str) -> bool:
    return job.id.startswith(f"{own}/")


def _all_confirmed(settled: Iterable[Settled]) -> bool:
    return all(each.outcome == "confirmed" for each in settled)


def _cleared(settled: tuple[Settled, ...]) -> Outcome:
    """A job order that is no longer there to be revoked or cancelled is what was wanted."""
    return "confirmed" if _all_confirmed(s for s in settled if s.command == "Cancel") else "unresolved"
