"""Ways of breaking down, as records, and how long ago each last did."""

from twin.compiled.arrays import World
from twin.native import Fixed, Row, rows

RESUMES, RESTARTS, SPOILS = range(3)
"""What becomes of the work that a breakdown interrupts."""


class Fault(Fixed):
    """A way in which a machine breaks down."""

    to_failure: int
    to_repair: int
    runs_at_work: int
    work: int
    is_micro_stop: int
    skill: int
    people: int
    at_wear: int
    renews_wear: int
    bases: int


class Age(Row):
    """The clock of a way of breaking down, how often it happened, and how often a maintenance set it back."""

    age: int
    count: int
    renewed: int


fault = rows(Fault, "faults", World)
age = rows(Age, "ages", World)
