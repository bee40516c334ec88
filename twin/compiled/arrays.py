"""What a compiled floor is made of: records of numbers in flat arrays, each with what it stands for.

What a plant *is* lies in arrays that are made once (`twin.compiled.layout`); how a floor *stands* lies in arrays that
are pieces of one block, so that a snapshot is one copy of it. Machines, orders and buffers go by number: machines and
orders as the plant and the state list them, buffers by their names in order. Times are milliseconds.
"""

import numpy as np

from plant_models.shifts import FOREVER
from twin.native import Fixed, Row, column, only, rows, writer

NOBODY = -1
"""No machine, no order, no buffer, no step."""
NEVER = (1 << 63) - 1
"""When a slot of the calendar is due that is not set."""
FAR = FOREVER

IDLE, SETUP, WORK, DONE = range(4)
"""The phases of a machine, as in `twin.standing.Phase`."""
PHASES = ("idle", "setup", "work", "done")

STAGES = (
    *("planned", "released", "waiting", "loaded", "blocked", "held", "gathering", "split"),
    *("finished", "turned_away", "cancelled", "merged"),
)
PLANNED, RELEASED, WAITING, LOADED, BLOCKED, PUT_ASIDE, GATHERING, SPLIT, FINISHED, TURNED_AWAY, CANCELLED, MERGED = (
    range(12)
)
"""Where an order stands, as in `twin.standing.Stage`; from FINISHED on it has left."""

ANY, FIFO, LIFO = range(3)
"""The disciplines of a buffer."""

ORDER_RELEASED, ORDER_TURNED_AWAY, ENTERED, SPOILED, SETUP_STARTED = range(5)
STARTED, FINISHED_STEP, BROKE_DOWN, REPAIRED, SCRAPPED = range(5, 10)
SHIFT_ENDED, SHIFT_STARTED, HELD, PASSED_OVER, ENGAGED = range(10, 15)
CREW_LEFT, CREW_CAME, REPAIR_STARTED, TOOL_WORN_OUT, TOOL_RENEWED = range(15, 20)
WORN, MAINTENANCE_STARTED, MAINTENANCE_ENDED = range(20, 23)
MEASURED, INSPECTED, ORDER_HELD, ORDER_FREED, MATE = range(23, 28)
SPLIT_UP, MERGED_AGAIN, ARRIVED = range(28, 31)
CONSUMED, STORED, REORDERED, DELIVERED, EXPIRED = range(31, 36)
"""The kinds of facts that are recorded; a mate, or a lot, stands behind the fact of which it is part."""

BY_WORK, BY_REPAIR, BY_BREAKDOWN, BY_SHIFT, BY_RELEASE, BY_HOLD, BY_WAKE, BY_STAY = range(8)
BY_CREW, BY_RENEWAL, BY_MAINTAINED, BY_DUE, BY_FREE = range(8, 13)
BY_END, BY_GAP, BY_DELIVERY, BY_EXPIRY = range(13, 17)
"""What a slot is for; the numbers stand in the world, two for each slot: what for, and of which machine or place."""


class World(Fixed):
    """Where everything lies, and what holds for the whole plant; nothing of it changes while a floor works."""

    clock: int
    machines: int
    orders: int
    places: int
    ages: int
    dues: int
    tree: int
    asks: int
    doors: int
    accounts: int
    hours_by_word: int
    options: int
    marks: int
    facts: int
    bases: int
    fixtures: int
    terms: int
    spots: int
    stops: int
    stations: int
    faults: int
    timings: int
    branches: int
    turns: int
    planned_slots: int
    crews: int
    crew_terms: int
    skills: int
    posts: int
    tools: int
    tool_terms: int
    units: int
    upkeeps: int
    grades: int
    passages: int
    gradings: int
    characteristics: int
    batches: int
    mates: int
    together: int
    levels: int
    tasks: int
    task_states: int
    lots: int
    born: int
    belts: int
    belt_terms: int
    rides: int
    supply: int
    stocks: int
    chains: int
    stock_terms: int
    step_supplies: int
    shorts: int
    baskets: int
    names: int
    scribbles: int
    metering: int
    numbers: int
    reals: int
    mind: int
    machine_count: int
    order_count: int
    place_count: int
    belt_count: int
    slot_count: int
    leaf_count: int
    base_count: int
    family_count: int
    rule: int
    follows: int
    is_asking: int
    tolerance: int
    planned_count: int
    is_certain: int
    is_counting: int
    fact_room: int
    give_up: int
    can_lock: int
    has_branches: int
    has_fleets: int
    is_limited: int
    has_classes: int
    has_grades: int
    has_lots: int
    free_slot: int
    most_orders: int
    most_work: int
    spelled: int
    turning: int
    turning_count: int
    reserving: int
    reserving_count: int
    planned: int
    release_slot: int
    slots: int
    has_calls: int
    has_people: int
    crew_count: int
    tool_count: int
    unit_count: int
    equipped: int
    equipped_count: int
    needy: int
    needy_count: int
    wholes: int
    whole_count: int
    kept: int
    kept_count: int
    opportune: int
    opportune_count: int
    material_count: int
    more_parcels: int
    more_facts: int
    machines_using: int
    places_using: int
    products_stocked: int


class Clock(Row):
    """The floor as a whole: its time, who is on it, and how far the engine has come within the present instant.

    *has_left*, *stays_left*, *is_idling*, *is_calling*, *people_calling*, *tools_calling* and *worked_at* are those of
    `twin.simulated`. *is_over* says that a fact came after the time at which the run is given up: nothing changes any
    more. *asked* is the machine with a choice that is made outside, and *found* how many options it has. *together* is
    how many orders are written down that a machine takes at once, 0 where those go together that came first.
    """

    now: int
    unfinished: int
    on_floor: int
    worked_at: int
    is_idling: int
    has_left: int
    stays_left: int
    is_calling: int
    people_calling: int
    tools_calling: int
    next_planned: int
    in_vain: int
    vain_since: int
    in_instant: int
    instant: int
    is_over: int
    is_locked: int
    fact_count: int
    asked: int
    found: int
    inside: int
    inside_since: int
    inside_time: int
    last_finish: int
    lost: int
    holds: int
    operations: int
    passages: int
    passage_room: int
    together: int
    born: int
    first_gathering: int
    last_gathering: int
    first_again: int
    last_again: int


class Machine(Row):
    """One machine now, as `twin.standing.MachineState`, with how long its setup or work takes in all (*total*).

    *mates* is how many orders it has beside *order*.
    """

    family: int
    order: int
    phase: int
    since: int
    done: int
    mark: int
    age_mark: int
    down: int
    down_since: int
    repair_since: int
    is_closed: int
    run: int
    is_held: int
    held_until: int
    good: int
    scrap: int
    restarts: int
    total: int
    next_way: int
    is_unattended: int
    tools: int
    mates: int
    maintenance: int
    maintenance_since: int


class Fixture(Fixed):
    """What does not change of a machine: its hours, its buffers, its slots in the calendar.

    *is_attended* says that it may need people for an order, *is_equipped* tools, *leads* that it is no place of a
    machine, or the first; *is_kept_up* that it has a record of its wear and upkeep, *drains* that it takes no order
    where a maintenance is due. Where it works in batches, *batch* says how; *mates* is where the orders lie that it has
    beside its first.
    A vehicle *fetches*: where its empty runs vary, *empty_runs* is where their timings lie, as their means in *setups*.
    """

    finishes: int
    refuses: int
    turn: int
    longest: int
    setups: int
    least_run: int
    first_way: int
    ways: int
    queue_of: int
    is_led: int
    first_planned: int
    planned: int
    draws: int
    draw_count: int
    reserves: int
    wears: int
    restarts: int
    has_checks: int
    is_attended: int
    is_equipped: int
    leads: int
    is_kept_up: int
    first_level: int
    levels: int
    wears_at_work: int
    first_task: int
    tasks: int
    drains: int
    setup_skill: int
    setup_people: int
    bases: int
    batch: int
    mates: int
    fetches: int
    empty_runs: int
    empty_run_bases: int
    work_slot: int
    repair_slot: int
    breakdown_slot: int
    shift_slot: int
    hold_slot: int
    wake_slot: int
    maintained_slot: int
    due_slot: int


class Order(Row):
    """One order now, as `twin.standing.OrderState`; *next* and *prev* are its neighbours where it waits.

    *where* is the number of a buffer or, where it is loaded or blocked, of a machine; *keeper* is the machine whose
    time is booked as blocked because it keeps it, *fetched_by* the vehicle that is on its way to it. *keeps* counts the
    stocks for which it still has something.
    """

    quantity: int
    stage: int
    step: int
    where: int
    since: int
    scrap: int
    repeats: int
    released_at: int
    finished_at: int
    next: int
    prev: int
    keeper: int
    fetched_by: int
    carriers: int
    keeps: int


class Terms(Fixed):
    """What was agreed of an order, and the way of its product."""

    product: int
    family: int
    first_stop: int
    steps: int
    planned_steps: int
    sizes: int
    release: int
    due: int
    priority: int
    number: int
    weight: float
    hash: np.uint64


class Place(Row):
    """One buffer now: the orders in it, and those that want to come in."""

    head: int
    tail: int
    count: int
    first_wanting: int
    last_wanting: int
    wanting: int


class Spot(Fixed):
    """What does not change of a buffer; *belt* is the number of the conveyor that it is, -1 where it is none."""

    capacity: int
    discipline: int
    min_stay: int
    max_stay: int
    spoil_slot: int
    belt: int
    in_line: int
    in_line_count: int
    behind: int
    behind_count: int


class Stop(Fixed):
    """One step of a product: where it waits, which stations there are for it, what may follow.

    *left* and *here* are where the expected work from here on, and of this step, lie among the real numbers, by size;
    *inspecting* is where the mean time lies, by pieces, that an inspection makes it longer, -1 where there is none.
    *traits* is where it lies what orders at this step have in common with others, for each way to make batches.
    """

    place: int
    first_station: int
    stations: int
    first_branch: int
    branches: int
    rework_limit: int
    scraps: int
    scrap: float
    left: int
    here: int
    sizes: int
    traits: int
    origin: int
    goal: int
    split: int
    merges: int
    in_lots: int
    skill: int
    people: int
    tools: int
    tool_count: int
    takes: int
    take_count: int
    returns: int
    return_count: int
    inspecting: int


class Station(Fixed):
    """A machine that can do a step, and how long it takes there: one timing, or one for each size of order.

    There are so many of them for each level of the machine's wear.
    """

    machine: int
    timing: int
    is_by_size: int
    per_level: int


class Branch(Fixed):
    """A step that may follow, and its share of the cases."""

    to: int
    leads_back: int
    share: float


class Timing(Fixed):
    """How long something takes: a kind of distribution with its parameters, and its mean in whole milliseconds."""

    kind: int
    mean: int
    first: int
    count: int
    a: float
    b: float
    c: float
    d: float
    e: float
    f: float
    g: float


world = only(World)
clock = rows(Clock, "clock", World)
machine = rows(Machine, "machines", World)
fixture = rows(Fixture, "fixtures", World)
order = rows(Order, "orders", World)
terms = rows(Terms, "terms", World)
place = rows(Place, "places", World)
spot = rows(Spot, "spots", World)
stop = rows(Stop, "stops", World)
station = rows(Station, "stations", World)
branch = rows(Branch, "branches", World)
timing = rows(Timing, "timings", World)
number = column(int, "numbers", World, is_fixed=True)
real = column(float, "reals", World, is_fixed=True)
due = column(int, "dues", World)
put_due = writer(int, "dues", World)
winner = column(int, "tree", World)
put_winner = writer(int, "tree", World)
option = column(int, "options", World)
put_option = writer(int, "options", World)
mark = column(int, "marks", World)
put_mark = writer(int, "marks", World)
asked = column(np.uint64, "asks", World)
put_asked = writer(np.uint64, "asks", World)
open_doors = column(np.uint64, "doors", World)
put_doors = writer(np.uint64, "doors", World)
base = column(np.uint64, "bases", World)
put_base = writer(np.uint64, "bases", World)
name_bits = column(np.uint64, "names", World, is_fixed=True)
