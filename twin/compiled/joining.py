"""Who goes to a machine with whom, as records: how it makes batches, who is in them, and what a plan has it do."""

from twin.compiled.arrays import World
from twin.native import Fixed, column, rows, writer


class Batch(Fixed):
    """How a machine works on several orders at once; *by* is the number of what they have in common."""

    most: int
    least: int
    longest_wait: int
    by: int
    counts_pieces: int


class PlannedSlot(Fixed):
    """A step of an order that a plan has on a machine, and when the machine is to begin with it.

    What a machine does at once together has one *turn*; turns are numbered machine by machine.
    """

    order: int
    step: int
    setup_start: int
    turn: int


batch = rows(Batch, "batches", World)
planned_slot = rows(PlannedSlot, "planned_slots", World)
mate = column(int, "mates", World)
put_mate = writer(int, "mates", World)
together = column(int, "together", World)
put_together = writer(int, "together", World)
