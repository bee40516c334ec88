"""Machines, and how they break down."""

from dataclasses import dataclass
from typing import Literal

from plant_models.batch import Batch
from plant_models.distributions import Distribution
from plant_models.energy import Power
from plant_models.resources import check_people
from plant_models.shifts import Window
from plant_models.upkeep import Maintenance, Wear


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One way in which a machine breaks down.

    The clock towards the next failure runs while the machine is working (``clock="working"``, an operation-dependent
    failure) or while it is up and its work center is open (``clock="open"``, a time-dependent one). With *at_wear* it
    runs only from that level of wear on. A repair makes the clock start anew, and with *renews_wear* takes the machine
    back to its first level of wear. *people* with the skill *crew* repair it (one person, if nothing is said), first
    broken first; without a crew the repair begins at once. A repair that needs more people than are free does not keep
    those that are from the next machine.

    *work* says what becomes of work that it interrupts: it is resumed; it is begun again after the repair and takes a
    new time (a recorded one, `Trace`, the same); or the pieces are scrapped at once, those of the whole batch. Of an
    order that is reworked in part those are the pieces in rework; the others go on behind the step that sent them back.
    A changeover is resumed always, and what is finished and only waits to get away is not touched.

    A micro-stop is a short one that somebody at the machine clears. It is no breakdown in the figures: ISO 22400-2
    counts minor stoppages as delays (ADET) and not as down time, Nakajima's OEE as a loss of performance.

    References
    ----------
    Nakajima (1988), Introduction to TPM: the six big losses.
    """

    time_to_failure: Distribution
    time_to_repair: Distribution
    clock: Literal["working", "open"] = "open"
    id: str = "breakdown"
    crew: str | None = None
    people: int = 1
    work: Literal["resume", "restart", "scrap"] = "resume"
    is_micro_stop: bool = False
    at_wear: str | None = None
    renews_wear: bool = False

    def __post_init__(self) -> None:
        check_people(f"failure {self.id!r}", self.crew, self.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A place on the floor that works on one order at a time (an ISA-95 work unit).

    Times in routings are divided by *speed*. *set_up_for* is the product family it is set up for at the start;
    None means that the first order needs no changeover. During *outages* (milliseconds since the epoch) it is closed,
    whatever its shifts say: maintenance, or a repair that is known to last. With *batch* it works on several orders at
    once. *power* is what it draws by status; what that leaves open, its work center's says. *wear* and *maintenance*
    say how it is worn out and kept up.

    Machines with the same *part_of* are the places of one machine, which works on as many orders independently: a
    curing rack, a tank farm. They break down, close and are maintained together.
    """

    id: str
    work_center: str
    speed: float = 1.0
    failures: tuple[Failure, ...] = ()
    set_up_for: str | None = None
    outages: tuple[Window, ...] = ()
    batch: Batch | None = None
    power: Power | None = None
    wear: Wear | None = None
    maintenance: tuple[Maintenance, ...] = ()
    part_of: str | None = None

    def __post_init__(self) -> None:
        if not 0 < self.speed < float("inf"):
            raise ValueError(f"machine {self.id!r}: the speed must be more than zero, not {self.speed}")

    @property
    def whole(self) -> str:
        """The machine that breaks down and is maintained as one: that which it is a place of, or itself."""
        return self.part_of or self.id

    @property
    def is_worn_by_work(self) -> bool:
        """Whether a clock of its failures or its wear runs only while it works."""
        return any(failure.clock == "working" for failure in self.failures) or (
            self.wear is not None and self.wear.clock == "working"
        )
