"""What a schedule is made of while it is searched: records of numbers in flat arrays.

Operations, machines and jobs go by number. What the shop *is* lies in records that never change (`Fixed`); the schedule
in hand is a `Step` for each operation, in a sequence for each machine. Times are ticks. A tail is the time from the
start of an operation's work until all that must follow it is over.
"""

import numpy as np

from twin.native import Fixed, Row, column, only, rows, writer

NOBODY = -1
"""No operation, no machine."""

MAKESPAN, TARDINESS = range(2)
"""What a schedule is to be good at."""

FEATURES = 8
"""How many figures the priority of an operation is weighed from; `scheduler.search.dispatch` says which."""


class World(Fixed):
    """Where everything lies, and what holds for the whole shop."""

    ops: int
    modes: int
    spots: int
    jobs: int
    setups: int
    steps: int
    track: int
    order: int
    firsts: int
    lasts: int
    stamps: int
    scratch: int
    path: int
    ahead: int
    tabu: int
    lines: int
    weights: int
    kept_order: int
    kept_machines: int
    given_order: int
    given_machines: int
    op_count: int
    machine_count: int
    job_count: int
    families: int
    tabu_bits: int
    tenure: int
    has_setups: int
    is_attached: int
    is_flexible: int
    goal: int


class Op(Fixed):
    """An operation: those *before* and *after* it in its job, the modes in which it can be done, its setup family.

    It is not begun before *ready*; after the last one of a job *rest* ticks follow, after others none.
    """

    before: int
    after: int
    first_mode: int
    modes: int
    family: int
    ready: int
    rest: int
    job: int


class Mode(Fixed):
    """A machine that can do an operation, and how many ticks it takes there."""

    machine: int
    work: int


class Spot(Fixed):
    """A machine: when it is *free*, the setup *family* it has then; its setup times begin at *setups*, -1 for none."""

    free: int
    family: int
    setups: int


class Job(Fixed):
    """An order: its first and last operation, when it is due, and what a tick of lateness weighs.

    A tick after *soon* weighs *soon_weight* more: to end shortly before an order is due is no good either.
    """

    first: int
    last: int
    due: int
    weight: int
    soon: int
    soon_weight: int


class Step(Row):
    """An operation in the schedule: where it is done, between which two others, and when its work begins.

    *arrival* is when it is ready as far as its job is concerned; *onward* is the tail of what follows in its job.
    """

    machine: int
    work: int
    before: int
    after: int
    setup: int
    head: int
    tail: int
    arrival: int
    onward: int
    place: int


class Track(Row):
    """How far a search has come; *op*, *machine* and *after* are the move that looks best at the moment.

    *value* is the schedule in hand, *best* that of the one that is kept, found at iteration *best_at*. *heat* and
    *cold* are the temperatures of annealing at its beginning and at its end.
    """

    random: np.uint64
    iteration: int
    value: int
    best: int
    best_at: int
    stamp: int
    path: int
    op: int
    machine: int
    after: int
    estimate: int
    ties: int
    tabu_op: int
    tabu_machine: int
    tabu_after: int
    tabu_ties: int
    moves: int
    refused: int
    heat: float
    cold: float


class Line(Row):
    """An order while a first schedule is made: its next operation, on which machine, from when to when, how urgent."""

    op: int
    machine: int
    work: int
    begin: int
    end: int
    arrival: int
    left: int
    ops_left: int


world = only(World)
op = rows(Op, "ops", World)
mode = rows(Mode, "modes", World)
spot = rows(Spot, "spots", World)
job = rows(Job, "jobs", World)
step = rows(Step, "steps", World)
track = rows(Track, "track", World)
line = rows(Line, "lines", World)
setup_ticks = column(int, "setups", World, is_fixed=True)
weight = column(float, "weights", World)
order = column(int, "order", World)
put_order = writer(int, "order", World)
first_on = column(int, "firsts", World)
put_first_on = writer(int, "firsts", World)
last_on = column(int, "lasts", World)
put_last_on = writer(int, "lasts", World)
stamp = column(int, "stamps", World)
put_stamp = writer(int, "stamps", World)
scratch = column(int, "scratch", World)
put_scratch = writer(int, "scratch", World)
path = column(int, "path", World)
put_path = writer(int, "path", World)
ahead = column(int, "ahead", World)
put_ahead = writer(int, "ahead", World)
tabu_until = column(int, "tabu", World)
put_tabu_until = writer(int, "tabu", World)
put_kept_order = writer(int, "kept_order", World)
put_kept_machine = writer(int, "kept_machines", World)
given_order = column(int, "given_order", World)
given_machine = column(int, "given_machines", World)
