"""Local search in machine code: schedules of job shops and flexible ones, with setups, in seconds.

`shop` is the problem as whole numbers, and `team` searches it. `records`, `graph`, `estimates`, `dispatch` and `tabu`
are compiled (`twin.native`); `elites` keeps what was found, `bounds` says what none can go below, `stop` when it is
enough.
"""
