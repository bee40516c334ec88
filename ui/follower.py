"""Following the floor: every fact into the journal, every released plan to the machines, every recall back from them.

People release and recall at the desk, which writes into the journal; this is the process that acts on what it reads
there. Killed and started again, it goes on where it was.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from live_bridge import Delivery, OpcUaFloor, OpcUaMirror, Security, gate
from live_bridge.commands import Command, carry_out, job_order_lists
from live_bridge.nodes import JobState, prefix
from live_bridge.reconcile import settle_open
from plant_models.deeds import BRIDGE, PlanRecalled, PlanReleased
from plant_models.errors import FloorLost, NotApproved
from plant_models.shifts import FOREVER
from twin.journal import Journal
from ui import following
from ui.desk import Desk
from ui.following import Connection
from ui.jobs import Jobs

_LISTEN = 0.2
_BEAT = 0.5

Say = Callable[[str], object]
"""Is told what happens, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How following ended: why, at what time of the floor, after how many facts."""

    ending: str
    now: int
    facts: int
    deliveries: int


class Follower:
    """Follows one plant for one workspace.

    Parameters
    ----------
    endpoint
        Where the plant is served.
    say
        Is told what is delivered, refused, lost and found.
    """

    def __init__(
        self, desk: Desk, endpoint: str, *, security: Security = "Basic256Sha256", say: Say = lambda words: None
    ) -> None:
        if desk.workspace is None:
            raise ValueError("following takes a workspace, whose journal it writes")
        self.desk, self.endpoint, self._say = desk, endpoint, say
        self.last_words = ""
        self.jobs = Jobs(desk.workspace.jobs)
        self.journal: Journal = desk.journal
        folder: Path = desk.workspace.certificates
        self.mirror = OpcUaMirror(endpoint, desk.plant, self.journal, security=security, folder=folder)
        self.floor: OpcUaFloor | None = None
        self.deliveries: list[Delivery] = []
        self._seen, self._beaten, self._begun = len(self.journal), 0.0, self.mirror.number
        self._must_deliver = gate.in_force(self.journal) is not None
        self._recalled = {digest for digest, s in gate.status(self.journal).items() if s.status == "recalled"}
        self._was_live = False

    def follow(
        self, *, until: int = FOREVER, is_endless: bool = False, on_look: Callable[["Follower"], object] | None = None
    ) -> Followed:
        """Follow until *until* on the floor's clock, or until every order has left, unless that is to be *endless*.

        *on_look* is called after every look, several times a second.
        """
        while True:
            self.look()
            if on_look is not None:
                on_look(self)
            state = self.mirror.state
            if state.now >= until:
                return self._end("until", state.now)
            if not is_endless and state.orders and state.unfinished == 0:
                return self._end("finished", state.now)

    def look(self, seconds: float = _LISTEN) -> None:
        """Take in what the plant says in the next moment, and do what was decided at the desk."""
        self.mirror.wait(seconds)
        self._beat()
        if self.mirror.is_live != self._was_live:
            self._was_live = self.mirror.is_live
            self.say(
                f"{self.endpoint} answers"
                if self._was_live
                else f"{self.endpoint} does not answer" + (f": {self.mirror.trouble}" if self.mirror.trouble else "")
            )
        if self._was_live:
            self._obey()

    def say(self, words: str) -> None:
        """Let whoever listens know."""
        self.last_words = words
        self._say(words)

    def close(self) -> None:
        """Stop listening."""
        self.mirror.close()
        self.jobs.leave(following.ROLE)

    def _obey(self) -> None:
        """Bring to the floor what was released since the last look, and take back what was recalled."""
        seen = self._seen
        for entry in self.journal.entries(seen):
            self._seen = entry.seq
            if isinstance(entry.entry, PlanReleased) and entry.entry.by != BRIDGE:
                self._must_deliver = True
            elif isinstance(entry.entry, PlanRecalled) and entry.entry.by != BRIDGE:
                self._recalled.add(entry.entry.digest)
        if self._seen > seen:
            self.mirror.refresh()
        for digest in sorted(self._recalled):
            self._take_back(digest)
        if self._must_deliver:
            self._deliver()

    def _deliver(self) -> None:
        permit = gate.permit_in_force(self.journal)
        if permit is None:
            self._must_deliver = False
            return
        try:
            settle_open(self.mirror)
            self.floor = OpcUaFloor(self.mirror, permit)
            delivery = self.floor.release()
        except NotApproved as error:
            self.say(str(error))
            standing = gate.in_force(self.journal)  # the plan before, where this one was withdrawn
            self._must_deliver = standing is not None and standing.digest != permit.digest
            return
        except FloorLost as error:
            self.say(str(error))
            return
        self.deliveries.append(delivery)
        self._must_deliver = delivery.outcome == "unresolved"
        self.say(f"plan {permit.digest[:8]} {delivery.words()}")

    def _take_back(self, digest: str) -> None:
        """Take the job orders of a recalled plan that have not begun off every machine, the last ones first."""
        try:
            permit = gate.permit_to_take_away(self.journal, digest)
        except NotApproved:  # it was proposed and released again
            self._recalled.discard(digest)
            return
        try:
            settle_open(self.mirror)
            lists = job_order_lists(self.mirror, self.desk.plant.machines)
        except FloorLost as error:
            self.say(str(error))
            return
        self._recalled.discard(digest)
        commands = []
        for machine, held in lists.items():
            mine = [e for e in reversed(held.values()) if e.job_order.id.startswith(f"{prefix(digest)}/")]
            started = tuple(e.job_order for e in mine if e.state == JobState.ALLOWED_TO_START)
            waiting = tuple(e.job_order for e in mine if e.state <= JobState.ALLOWED_TO_START)
            commands.append(Command(method="RevokeStart", machine=machine, jobs=started))
            commands.append(Command(method="Cancel", machine=machine, jobs=waiting))
        settled = carry_out(self.mirror, permit, commands)
        if settled:
            machines = len({each.machine for each in settled})
            self.say(f"plan {digest[:8]} is taken off {machines} machines")

    def _beat(self) -> None:
        if monotonic() - self._beaten < _BEAT:
            return
        self._beaten = monotonic()
        mirror = self.mirror
        following.tell(
            self.jobs,
            Connection(
                endpoint=self.endpoint,
                is_live=mirror.is_live,
                trouble=mirror.trouble,
                speed=mirror.speed,
                now=mirror.state.now,
                age=mirror.age,
                said=self.last_words,
            ),
        )

    def _end(self, ending: str, now: int) -> Followed:
        return Followed(ending=ending, now=now, facts=self.mirror.number - self._begun, deliveries=len(self.deliveries))
