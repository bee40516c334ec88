"""Commands to machines: written down before they are sent, and settled afterwards, whatever becomes of the answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import msgspec

from live_bridge import gate
from live_bridge.gate import Permit
from live_bridge.mirror import OpcUaMirror
from live_bridge.nodes import JobOrder, JobOrderAndState, JobState, ReturnStatus, job_order_id, job_order_list, machine
from live_bridge.opcua import Call, Reply, text
from plant_models import clock
from plant_models.deeds import BRIDGE, CommandSent, CommandSettled, Outcome
from plant_models.errors import FloorLost, NotApproved

_GIVING = ("Store", "StoreAndStart", "Start")

_SETTLE = 0.1
"""Seconds that a plant may take to work off what was sent before its connection was lost."""

Lists = dict[str, dict[str, JobOrderAndState]]
"""The job orders that each machine holds, by their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A method of a machine, for some job orders."""

    method: str
    machine: str
    jobs: tuple[JobOrder, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The names of the job orders."""
        return tuple(job.id for job in self.jobs)

    def calls(self) -> list[Call]:
        """What goes over the line."""
        return [Call(machine(self.machine), self.method, (text(self._argument(job)),)) for job in self.jobs]

    def sent(self) -> CommandSent:
        """What is written before it goes."""
        return CommandSent(at=clock.now(), by=BRIDGE, command=self.method, machine=self.machine, job_orders=self.ids)

    def _argument(self, job: JobOrder) -> str:
        return msgspec.json.encode(job).decode() if self.method in ("Store", "StoreAndStart") else job.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of a command."""

    command: str
    machine: str
    job_orders: tuple[str, ...]
    outcome: Outcome
    detail: str = ""

    def deed(self) -> CommandSettled:
        """What is written of it."""
        return CommandSettled(
            at=clock.now(),
            by=BRIDGE,
            command=self.command,
            machine=self.machine,
            job_orders=self.job_orders,
            outcome=self.outcome,
            detail=self.detail,
        )


def job_order_lists(mirror: OpcUaMirror, machines: Iterable[str]) -> Lists:
    """What job orders the machines hold, asked of them now."""
    names = tuple(machines)
    values = mirror._line.read([job_order_list(name) for name in names])
    found: Lists = {}
    for name, value in zip(names, values, strict=True):
        try:
            entries = msgspec.json.decode(str(value), type=tuple[JobOrderAndState, ...])
        except msgspec.DecodeError as error:
            raise FloorLost(f"machine {name}: its job order list cannot be read: {error}") from None
        found[name] = {entry.job_order.id: entry for entry in entries}
    return found


def carry_out(mirror: OpcUaMirror, permit: Permit, commands: Sequence[Command]) -> tuple[Settled, ...]:
    """Send *commands*; what became of each.

    All are written down before the first is sent. Commands that follow each other for one machine go in one message.
    Where an answer is lost, the machine's job order list says what happened; nothing is sent twice.

    Raises
    ------
    NotApproved
        Where a machine would be given something that is not in the permit's plan. To take things away needs no more
        than a permit.
    """
    wanted = [command for command in commands if command.jobs]
    journal = gate.require(permit, mirror.journal)
    strange = [
        job.id for command in wanted if command.method in _GIVING for job in command.jobs if not _may(permit, job)
    ]
    if strange:
        raise NotApproved(f"{strange[0]} is not in the plan that was approved")
    if not wanted:
        return ()
    journal.append(*(command.sent() for command in wanted))
    settled: list[Settled] = []
    for _, group in groupby(wanted, key=lambda command: command.machine):
        settled += _send(mirror, list(group))
    journal.append(*(each.deed() for each in settled))
    return tuple(settled)


def _may(permit: Permit, job: JobOrder) -> bool:
    """Whether a job order is one of the permit's plan."""
    return job.id == job_order_id(permit.digest, job.order, job.step) and job.slot in permit.slots


def settle(mirror: OpcUaMirror, open_commands: Sequence[Command | CommandSent]) -> list[Settled]:
    """Find out from the job order lists what became of commands whose answers were lost."""
    try:
        lists = job_order_lists(mirror, {command.machine for command in open_commands if command.machine})
    except FloorLost as error:
        return [_settled(command, "unresolved", str(error)) for command in open_commands]
    return [_seen(mirror, command, lists.get(command.machine, {})) for command in open_commands]


def _send(mirror: OpcUaMirror, commands: list[Command]) -> list[Settled]:
    calls = [call for command in commands for call in command.calls()]
    try:
        replies = list(mirror._line.call(calls))
    except FloorLost:
        mirror.wait_for(lambda m: m.is_live, 2 * mirror.patience)
        mirror.wait_for(lambda m: False, 2 * _SETTLE)
        return settle(mirror, commands)
    settled = []
    for command in commands:
        own, replies = replies[: len(command.jobs)], replies[len(command.jobs) :]
        settled.append(_judged(command, own))
    return settled


def _judged(command: Command, replies: list[Reply]) -> Settled:
    refused = []
    for job, reply in zip(command.jobs, replies, strict=True):
        has_begun = command.method == "Cancel" and reply.status == ReturnStatus.INVALID_STATUS
        is_gone = command.method == "Cancel" and reply.status == ReturnStatus.UNKNOWN_JOB_ORDER
        if not (reply.is_done or has_begun or is_gone):
            why = reply.detail if reply.status is None else (reply.status.name or str(int(reply.status)))
            refused.append(f"{job.id}: {why}")
    return _settled(command, "refused" if refused else "confirmed", "; ".join(refused))


def _seen(mirror: OpcUaMirror, command: Command | CommandSent, held: dict[str, JobOrderAndState]) -> Settled:
    if command.machine == "":
        ids = command.ids if isinstance(command, Command) else command.job_orders
        is_there = all(order in mirror.at_plant for order in ids)
        return _settled(command, "confirmed" if is_there else "refused", "seen in the plant's order book")
    method = command.method if isinstance(command, Command) else command.command
    if isinstance(command, Command):
        undone = [job.id for job in command.jobs if not _shows(method, held.get(job.id), job)]
    else:
        undone = [name for name in command.job_orders if not _shows(method, held.get(name), None)]
    if undone:
        detail = f"the answer was lost; the job order list shows that it was not done for {undone[0]}"
        return _settled(command, "refused", detail)
    return _settled(command, "confirmed", "the answer was lost; the job order list shows that it was done")


def _shows(method: str, entry: JobOrderAndState | None, job: JobOrder | None) -> bool:
    """Whether a machine's list shows the effect of *method*."""
    if method == "Cancel":
        return entry is None or entry.state > JobState.ALLOWED_TO_START
    if entry is None or (job is not None and entry.job_order != job):
        return False
    if method == "RevokeStart":
        return entry.state == JobState.NOT_ALLOWED_TO_START
    return method == "Store" or entry.state >= JobState.ALLOWED_TO_START


def _settled(command: Command | CommandSent, outcome: Outcome, detail: str) -> Settled:
    if isinstance(command, Command):
        return Settled(
            command=command.method, machine=command.machine, job_orders=command.ids, outcome=outcome, detail=detail
        )
    return Settled(
        command=command.command,
        machine=command.machine,
        job_orders=command.job_orders,
        outcome=outcome,
        detail=detail,
    )
