"""The accounts of machines: what is counted of each, and how long it has worked."""

from twin.compiled.arrays import World
from twin.native import Row, column, rows, writer


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
