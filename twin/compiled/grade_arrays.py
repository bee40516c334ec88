"""Records of what is known of the quality of orders, and of how steps make, measure and find defects.

They are there where a plant, or an order, has anything to do with quality or with being held.
"""

from twin.compiled.arrays import World
from twin.native import Fixed, Row, rows

NOT_HELD, AS_TOLD, BY_INSPECTION = range(3)
"""Who holds an order: nobody, whoever did when the floor began, an inspection since."""

ON, TO_HOLD, TO_LEAVE = range(3)
"""What an order on a machine is bound for when its step is done."""
BOUND_FOR = (None, "held", "cancelled")

TO_SCRAP, TO_REWORK, TO_BE_HELD = range(3)
ON_FAIL = ("scrap", "rework", "hold")
"""What happens to pieces that fail an inspection."""

LOST, DEFECTS, SAMPLE, FOUND, FALSE_FAIL, CHOSEN, FREED, INSPECTION, _, HOLD, _ = range(11)
DRAWS = (
    *("lost", "defects", "sample", "found", "false fail", "inspected", "freed"),
    *("inspection", "inspection\0again", "hold", "hold\0again"),
)
"""The draws of an operation, by number."""

VALUE, OUT = range(2)
VALUES = ("measured", "out of limits")
"""The draws of a characteristic, by number."""


class Grade(Row):
    """What is known of an order's quality, as `twin.standing.Grade`, and who holds it, as `twin.standing.Hold`.

    Its passages hang together from *first* to *last*. What is hidden is worked out only where somebody inspects: *rest*
    and *reworked* are the hidden defects after the passages up to *seen*, among its pieces and among those in rework.
    """

    is_graded: int
    first: int
    last: int
    inspected: int
    failed: int
    again: int
    sent_from: int
    sent_to: int
    seen: int
    rest: int
    reworked: int
    hold: int
    hold_step: int
    hold_until: int
    hold_inspected: int
    hold_failed: int
    bound_for: int


class Passage(Row):
    """How an order went through a step, as `twin.standing.Passage`, and the passage that follows."""

    following: int
    machine: int
    step: int
    repeats: int
    pieces: int
    scrap: int
    worked: int
    wear: int
    inspected: int
    failed: int
    again: int
    sent_back: int


class Grading(Fixed):
    """What a step has to do with quality; there is one for each stop, with the same number.

    *pieces* is where it lies how many of so many pieces are inspected; *duration* is the timing of inspecting one piece
    or order, and behind it those of more pieces (-1: it takes no time). *usual* is the step behind it where most go on.
    """

    is_graded: int
    defects: float
    first_characteristic: int
    characteristics: int
    inspects: int
    share: float
    is_of_pieces: int
    pieces: int
    duration: int
    is_by_piece: int
    false_fail: float
    false_pass: float
    on_fail: int
    rework_to: int
    limit: int
    hold_time: int
    freed: float
    usual: int
    bases: int


class Characteristic(Fixed):
    """Something that is measured. Values are told in whole steps of its resolution.

    A value is below its limit where it has fewer of them than *first_good*, and above from *first_above* on. *offsets*
    is where what machines add to the mean lies among the real numbers: of none that is known, then of each.
    """

    target: float
    sd: float
    resolution: float
    per_wear: float
    per_hour: float
    has_lower: int
    lower: float
    has_upper: int
    upper: float
    first_good: int
    first_above: int
    offsets: int
    is_at_once: int
    bases: int


grade = rows(Grade, "grades", World)
passage = rows(Passage, "passages", World)
grading = rows(Grading, "gradings", World)
characteristic = rows(Characteristic, "characteristics", World)
