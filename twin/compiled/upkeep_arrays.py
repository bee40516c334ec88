"""What wears machines out and keeps them up, as records: levels of wear, and what is done on machines by plan.

Levels and tasks lie one machine's after the other's.
"""

from twin.compiled.arrays import World
from twin.native import Fixed, Row, rows

BY_CALENDAR, BY_USED_TIME, BY_ORDERS, BY_WEAR = range(4)
"""What makes a maintenance due."""


class Level(Fixed):
    """A level of wear: how long a machine stays at it, and which share of the pieces does not survive there."""

    to_next: int
    bases: int
    scrap: float


class Task(Fixed):
    """A maintenance: when it is due, and may be done early, how long it takes, who does it, what it renews.

    *renews* is where the flags lie of the ways of breaking down whose clocks it sets back.
    """

    by: int
    interval: int
    early: int
    at_wear: int
    duration: int
    bases: int
    skill: int
    people: int
    renews: int
    renews_wear: int


class TaskState(Row):
    """A maintenance now: its usage since it was last done, or when it was last due by the calendar; how often begun."""

    used: int
    done: int


level = rows(Level, "levels", World)
task = rows(Task, "tasks", World)
task_state = rows(TaskState, "task_states", World)
