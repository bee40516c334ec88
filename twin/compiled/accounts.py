"""The accounts of machines: what is counted of each, and how long it has worked."""

from twin.compiled.arrays import World
from twin.native import Row, column, rows, writer

WORDS = 9
WORKING, SETTING_UP, UNATTENDED, BLOCKED_WORD, MICRO_STOP, DOWN, MAINTENANCE, CLOSED, IDLE_WORD = range(WORDS)
"""What the time of a machine is divided into, in the order of `twin.tally.STATUSES`."""


class Upkeep(Row):
    """How worn a machine is and how long it has worked, as `twin.standing.Upkeep`; where any machine has it."""

    level: int
    level_age: int
    worked_at: int
    renewals: int
    worked: int


class Account(Row):
    """A machine's sums, as in `twin.tally`."""

    word: int
    since: int
    prt: int
    produced: int
    good: int
    rework: int
    first: int
    inspected: int
    passed: int
    failures: int


upkeep = rows(Upkeep, "upkeeps", World)
account = rows(Account, "accounts", World)
booked = column(int, "hours_by_word", World)
book = writer(int, "hours_by_word", World)
