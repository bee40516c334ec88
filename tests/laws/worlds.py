"""Random small plants with everything a plant can have, and the orders they are given."""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

from hypothesis import strategies as st

from plant_models.batch import Batch
from plant_models.changeovers import AttributeChange, Cleaning
from plant_models.conveyors import Conveyor
from plant_models.distributions import (
    Constant,
    Distribution,
    Empirical,
    Exponential,
    Gamma,
    Geometric,
    Lognormal,
    Trace,
    Triangular,
    TruncatedNormal,
    Uniform,
    Weibull,
)
from plant_models.events import Event
from plant_models.moves import Carrier, with_moves
from plant_models.orders import LEAVE, Operation, Order, Product, Routing
from plant_models.plant import (
    Amount,
    Buffer,
    Changeover,
    Crew,
    Failure,
    Machine,
    Material,
    Plant,
    Release,
    Replenishment,
    Tool,
    WorkCenter,
)
from plant_models.quality import Characteristic, Inspection
from plant_models.shifts import HOUR, MINUTE, Shifts
from plant_models.transport import Fleet
from plant_models.upkeep import Maintenance, Wear, WearLevel
from tests.laws.energies import powers, supplies
from tests.laws.in_lots import lots
from twin.chance import Chance, Luck
from twin.decisions import Policy
from twin.policies.rules import RULES
from twin.simulated import SimulatedFloor
from twin.state import opening

FAR = 14 * 24 * HOUR


@dataclass(frozen=True)
class World:
    """A plant, its orders, and one future."""

    plant: Plant
    orders: tuple[Order, ...]
    seed: int
    rule: str

    @property
    def policy(self) -> Policy:
        return RULES[self.rule]

    def floor(self, facts: list[Event] | None = None, chance: Luck | None = None) -> SimulatedFloor:
        record = None if facts is None else facts.append
        return SimulatedFloor(self.plant, opening(self.plant, self.orders), chance or Chance(self.seed), record)


@st.composite
def distributions(draw: st.DrawFn, low: int = 1, high: int = 40) -> Distribution:
    """Any distribution with a mean of some minutes; often constant, so that things coincide."""
    mean = draw(st.integers(low, high)) * MINUTE
    kinds: list[Distribution] = [
        Constant(mean),
        Exponential(mean),
        Uniform(mean // 2, mean * 2),
        Triangular(mean // 2, mean, mean * 3),
        Lognormal(mean, 0.4),
        Gamma(mean, 2.5),
        Gamma(mean, 3),
        Weibull(mean, 1.7),
        TruncatedNormal(mean, mean / 2),
        TruncatedNormal(mean, mean, mean // 2, mean * 2),
        Empirical((mean, mean // 2, mean * 3)),
        Empirical((mean, mean // 2, mean * 3), (1.0, 2.5, 0.5), interpolated=True),
        Trace((mean, mean * 2, mean // 2)),
        Geometric(mean / 4, 0.25),
    ]
    return draw(st.one_of(st.just(Constant(mean)), st.sampled_from(kinds)))


@st.composite
def failures(draw: st.DrawFn, wear: Wear | None = None, *, is_place: bool = False) -> tuple[Failure, ...]:
    """None, one or two ways to break down."""
    levels = [None] if wear is None else [None, *(level.id for level in wear.levels)]
    return tuple(
        Failure(
            id=f"way-{way}",
            time_to_failure=draw(distributions(30, 400)),
            time_to_repair=draw(distributions(1, 60)),
            clock="open" if is_place else draw(st.sampled_from(("open", "working"))),
            crew=draw(st.sampled_from((None, "fitters", "fitters", "operators"))),
            work=draw(st.sampled_from(("resume", "resume", "restart", "scrap"))),
            is_micro_stop=draw(st.integers(0, 4)) == 0,
            at_wear=draw(st.sampled_from(levels)),
            renews_wear=wear is not None and draw(st.booleans()),
        )
        for way in range(draw(st.sampled_from((0, 0, 1, 2))))
    )


@st.composite
def wears(draw: st.DrawFn, *, is_place: bool = False) -> Wear | None:
    """Mostly none; else two or three levels."""
    if draw(st.integers(0, 3)):
        return None
    count = draw(st.integers(2, 3))
    levels = tuple(
        WearLevel(
            id=f"level-{n}",
            time_to_next=None if n + 1 == count else draw(distributions(20, 200)),
            speed=draw(st.sampled_from((1.0, 0.8, 1.2))),
            scrap=draw(st.sampled_from((0.0, 0.2))),
        )
        for n in range(count)
    )
    return Wear(levels=levels, clock="open" if is_place else draw(st.sampled_from(("open", "working"))))


@st.composite
def maintenances(
    draw: st.DrawFn, wear: Wear | None, ways: tuple[Failure, ...], *, is_place: bool = False
) -> tuple[Maintenance, ...]:
    """Mostly none; else one or two things to do, by calendar, usage or condition."""
    kinds = ["every"] + ["after_work", "after_orders"] * (not is_place) + ["at_wear"] * (wear is not None)
    found = []
    for number in range(draw(st.sampled_from((0, 0, 0, 1, 2)))):
        kind = draw(st.sampled_from(kinds))
        interval: dict[str, Any] = {
            "every": draw(st.integers(20, 300)) * MINUTE,
            "after_work": draw(st.integers(20, 300)) * MINUTE,
            "after_orders": draw(st.integers(1, 5)),
            "at_wear": "level-1",
        }
        renews = draw(st.sampled_from((None, ("wear",) if wear else (), tuple(way.id for way in ways))))
        found.append(
            Maintenance(
                id=f"task-{number}",
                duration=draw(distributions(1, 40)),
                opportunity=draw(st.sampled_from((None, 0.3, 1.0))) if kind != "at_wear" else None,
                crew=draw(st.sampled_from((None, "fitters", "setting"))),
                renews=None if kind == "at_wear" and renews != ("wear",) else renews,
                **{kind: interval[kind]},
            )
        )
    return tuple(found)


@st.composite
def stops(draw: st.DrawFn, *, is_place: bool = False) -> dict[str, Any]:
    """What stops a machine, or all places of one: outages, failures, wear, maintenance."""
    wear = draw(wears(is_place=is_place))
    ways = draw(failures(wear, is_place=is_place))
    return {
        "outages": ((3 * HOUR, 5 * HOUR),) if draw(st.integers(0, 5)) == 0 else (),
        "wear": wear,
        "failures": ways,
        "maintenance": draw(maintenances(wear, ways, is_place=is_place)),
    }


@st.composite
def stays(draw: st.DrawFn, capacity: int | None) -> dict[str, Any]:
    """Mostly any stay; else orders have to stay for a while, must not stay for too long, or travel on a conveyor."""
    if capacity == 0 or draw(st.integers(0, 3)):
        return {}
    if draw(st.booleans()):
        speed, accumulating = draw(st.sampled_from((0.1, 1.0))), draw(st.booleans())
        return {"conveyor": Conveyor(length=4, speed=speed, spacing=1, accumulating=accumulating), "discipline": "fifo"}
    shortest = draw(st.sampled_from((0, 5, 20))) * MINUTE
    longest = draw(st.sampled_from((None, 60, 300)))
    return {"min_stay": shortest, "max_stay": None if longest is None else shortest + longest * MINUTE}


@st.composite
def batches(draw: st.DrawFn) -> Batch | None:
    """Mostly none; else a few orders at once, sometimes not fewer than two."""
    if draw(st.integers(0, 4)):
        return None
    most = draw(st.integers(1, 4))
    return Batch(
        most=most,
        least=draw(st.integers(1, most)),
        by=draw(st.sampled_from(("product", "family", "operation", "any"))),
        longest_wait=draw(st.sampled_from((None, 0, 30 * MINUTE, 2 * HOUR))),
        counts=draw(st.sampled_from(("orders", "pieces"))),
    )


@st.composite
def hours(draw: st.DrawFn, name: str = "hours") -> Shifts:
    """A day of a few hours with one or two windows, perhaps a holiday and some overtime."""
    period = draw(st.integers(4, 24)) * HOUR
    cut = sorted(draw(st.sets(st.integers(0, period // HOUR), min_size=4, max_size=4)))
    windows = ((cut[0] * HOUR, cut[1] * HOUR), (cut[2] * HOUR, cut[3] * HOUR))
    closed = ((period, period + 5 * HOUR),) if draw(st.booleans()) else ()
    extra = ((period + 2 * HOUR, period + 3 * HOUR),) if draw(st.booleans()) else ()
    return Shifts(id=name, windows=windows, period=period, closed=closed, extra=extra)


@st.composite
def plants(draw: st.DrawFn, chain: bool | None = None, plain: bool = False) -> Plant:
    """Up to four work centers with up to three machines each; a chain has the same way for all and finite buffers.

    A *plain* one has no more than plans can say: machines that work on one order at a time, in any sequence.
    """
    is_chain = draw(st.booleans()) if chain is None else chain
    count = draw(st.integers(1, 4))
    shifts = draw(hours())
    families = ("red", "green", "blue")
    table = {a: {b: draw(st.integers(0, 20)) * MINUTE for b in families if b != a} for a in families}
    centers, machines, buffers = {}, {}, {}
    for number in range(count):
        name = f"center-{number}"
        is_tight = number if is_chain else not plain and not draw(st.integers(0, 3))
        capacity = draw(st.sampled_from((None, 0, 1, 2, 3))) if is_tight else None
        buffers[f"before-{number}"] = Buffer(
            id=f"before-{number}",
            capacity=capacity,
            when_full=draw(st.sampled_from(("wait", "wait", "turn_away"))),
            **{"discipline": draw(st.sampled_from(("any", "fifo", "lifo")))} | ({} if plain else draw(stays(capacity))),
        )
        centers[name] = WorkCenter(
            id=name,
            buffer=f"before-{number}",
            shifts="hours" if draw(st.booleans()) else None,
            at_shift_end=draw(st.sampled_from(("pause", "finish") if plain else ("pause", "finish", "refuse"))),
            changeover="colours" if draw(st.booleans()) else None,
            setup_crew=None if plain else draw(st.sampled_from((None, None, "setting", "operators"))),
            blocking=draw(st.sampled_from(("after_service", "after_service", "before_service"))),
            power=draw(powers()),
        )
        whole = draw(stops(is_place=True)) if draw(st.integers(0, 5)) == 0 else None
        for m in range(draw(st.integers(1, 3))):
            id_ = f"m{number}{m}"
            machines[id_] = Machine(
                id=id_,
                work_center=name,
                speed=draw(st.sampled_from((1.0, 1.0, 0.7, 1.5))),
                set_up_for=draw(st.sampled_from((None, "red"))),
                part_of=None if whole is None else f"whole-{number}",
                **(whole or draw(stops())),
                batch=draw(batches()) if centers[name].blocking == "after_service" and not plain else None,
                power=draw(powers()),
            )
    carriers = [draw(fleets(centers, machines, buffers))] if draw(st.integers(0, 3)) == 0 else []
    routings, products = {}, {}
    things = draw(materials(any(center.blocking == "before_service" for center in centers.values())))
    for family in families:
        way = list(range(count)) if is_chain else draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=5))
        steps = tuple(draw(operations(n, len(way), c, machines, things)) for n, c in enumerate(way))
        if not plain:
            steps = draw(graded(draw(attended(steps, machines))))
            if not any(step.is_graded for step in steps):
                steps = draw(lots(steps, [buffers[f"before-{c}"].capacity is None for c in way]))
        moved = with_moves(steps, lambda step: machines[next(iter(step.machines))].work_center, carriers)
        routings[family] = Routing(id=family, operations=moved)
        is_held_last = any(
            (step is steps[-1] or LEAVE in step.next) and step.inspection and step.inspection.on_fail == "hold"
            for step in steps
        )
        stock = None if is_held_last else draw(st.sampled_from((None, *things)))
        products[f"{family}-part"] = Product(
            id=f"{family}-part", routing=family, family=family, attributes=draw(attributes()), stock=stock
        )
    return Plant(
        id="random",
        work_centers=centers,
        machines=machines,
        buffers=buffers,
        routings=routings,
        products=products,
        changeovers={"colours": draw(changeovers(table, plain))},
        shifts={"hours": shifts, "own": draw(hours("own"))},
        crews=draw(crews()),
        tools=draw(tools()),
        release=draw(releases()),
        materials=things,
        electricity=draw(supplies()),
    )


@st.composite
def changeovers(draw: st.DrawFn, table: dict[str, dict[str, int]], plain: bool) -> Changeover:
    """From colour to colour; sometimes the width counts as well, nuts are cleaned away, and runs are long."""
    return Changeover(
        id="colours",
        times=table,
        attributes={"width": AttributeChange(default=3 * MINUTE)} if draw(st.booleans()) else {},
        cleanings=(Cleaning(id="wash", attribute="contains", time=7 * MINUTE),) if draw(st.booleans()) else (),
        least_run=0 if plain else draw(st.sampled_from((0, 0, 3))),
    )


@st.composite
def attributes(draw: st.DrawFn) -> dict[str, str]:
    """A width and what it contains."""
    return {
        "width": draw(st.sampled_from(("narrow", "wide"))),
        "contains": draw(st.sampled_from(("milk", "milk, nuts", "nuts"))),
    }


@st.composite
def crews(draw: st.DrawFn) -> dict[str, Crew]:
    """Fitters, operators and one who can do a bit of all; some with hours of their own."""
    found = {}
    for name, skills in (("fitters", ("setting",)), ("operators", ()), ("jack", ("setting", "operators"))):
        found[name] = Crew(
            id=name,
            size=draw(st.integers(1, 2)),
            skills=skills,
            shifts=draw(st.sampled_from((None, None, "hours", "own"))),
            tends=draw(st.integers(1, 3)),
            at_shift_end=draw(st.sampled_from(("finish", "pause"))),
        )
    return found


@st.composite
def tools(draw: st.DrawFn) -> dict[str, Tool]:
    """Moulds that wear out and pallets that go round."""
    life, uses = draw(st.sampled_from(((None, None), (3 * HOUR, None), (None, 2), (HOUR, 3))))
    renewal = draw(distributions()) if life or uses else None
    return {
        "mould": Tool(id="mould", count=draw(st.integers(1, 2)), life=life, uses=uses, renewal=renewal),
        "pallet": Tool(id="pallet", count=draw(st.integers(1, 3)), uses=uses, renewal=renewal if uses else None),
    }


@st.composite
def attended(draw: st.DrawFn, steps: tuple[Operation, ...], machines: dict[str, Machine]) -> tuple[Operation, ...]:
    """Sometimes steps need people and moulds, and orders take a pallet and give it back later, or when they leave."""
    found = []
    first, last = draw(st.integers(0, 3 * len(steps))), draw(st.integers(0, 2 * len(steps)))
    for number, step in enumerate(steps):
        in_batches = any(machines[name].batch for name in step.machines)
        has_pallet = number == first and not in_batches
        step = replace(
            step,
            crew="operators" if in_batches else draw(st.sampled_from((None, None, "operators", "jack"))),
            tools=() if in_batches else draw(st.sampled_from(((), (), ("mould",)))),
            takes=("pallet",) if has_pallet else (),
        )
        found.append(step)
    if any(step.takes for step in found) and last < len(steps):
        found[last] = replace(found[last], returns=("pallet",))
    return tuple(found)


@st.composite
def fleets(
    draw: st.DrawFn, centers: dict[str, WorkCenter], machines: dict[str, Machine], buffers: dict[str, Buffer]
) -> Carrier:
    """One or two vehicles that get to some of the work centers, with all that other machines have."""
    served = [*draw(st.lists(st.sampled_from(sorted(centers)), unique=True)), "gate", "ramp"]
    fleet = Fleet(
        distances={a: {b: 60.0 * draw(st.integers(0, 20))} for a, b in pairwise(served)},
        load=draw(st.sampled_from((0, 1, 5))) * MINUTE,
        start=draw(st.sampled_from((None, *served))),
        entry=draw(st.sampled_from((None, "gate"))),
        exit=draw(st.sampled_from((None, "ramp"))),
        variation=draw(st.sampled_from((0.0, 0.3))),
    )
    buffers["pick-up"] = Buffer(
        id="pick-up",
        capacity=draw(st.sampled_from((None, 0, 1, 3))),
        discipline=draw(st.sampled_from(("any", "fifo", "lifo"))),
        when_full=draw(st.sampled_from(("wait", "wait", "turn_away"))),
    )
    centers["fleet"] = WorkCenter(
        id="fleet",
        buffer="pick-up",
        shifts="hours" if draw(st.booleans()) else None,
        at_shift_end=draw(st.sampled_from(("pause", "finish"))),
        blocking=draw(st.sampled_from(("after_service", "after_service", "before_service"))),
        fleet=fleet,
    )
    for name in draw(st.sampled_from((("agv-1",), ("agv-1", "agv-2")))):
        batch = draw(batches()) if centers["fleet"].blocking == "after_service" else None
        machines[name] = Machine(id=name, work_center="fleet", failures=draw(failures()), batch=batch)
    return Carrier(fleet, tuple(name for name in machines if machines[name].work_center == "fleet"))


@st.composite
def releases(draw: st.DrawFn) -> Release:
    """Mostly at once; else no more than a few orders, or hours of work, at a time."""
    match draw(st.integers(0, 4)):
        case 0:
            return Release(orders=draw(st.integers(1, 4)))
        case 1:
            return Release(work=draw(st.integers(1, 4)) * HOUR)
    return Release()


@st.composite
def materials(draw: st.DrawFn, roomy: bool) -> dict[str, Material]:
    """Mostly none; else some that come in by the clock, when they run low, or from other orders alone."""
    if draw(st.integers(0, 2)):
        return {}
    by_clock = Replenishment(quantity=5, every=2 * HOUR, first=draw(st.sampled_from((None, 0, HOUR))))
    lead_time = draw(distributions(10, 200))
    when_low = Replenishment(quantity=3, reorder_point=draw(st.integers(0, 6)), lead_time=lead_time)
    found = {}
    for name in ("steel", "paint", "parts"):
        stock = draw(st.integers(0, 8))
        found[name] = Material(
            id=name,
            stock=stock,
            capacity=None if roomy else draw(st.sampled_from((None, None, stock, stock + 3))),
            shelf_life=draw(st.sampled_from((None, None, HOUR, 5 * HOUR))),
            replenishment=draw(st.sampled_from((None, by_clock, when_low))),
        )
    return found


@st.composite
def amounts(draw: st.DrawFn, things: dict[str, Material]) -> dict[str, Amount]:
    """A few of the materials, if there are any."""
    if not things or draw(st.booleans()):
        return {}
    chosen = draw(st.sets(st.sampled_from(sorted(things)), max_size=2))
    return {
        name: Amount(id=name, quantity=draw(st.integers(1, 2)), per=draw(st.sampled_from(("order", "unit"))))
        for name in sorted(chosen)
    }


@st.composite
def operations(
    draw: st.DrawFn, step: int, steps: int, center: int, machines: dict[str, Machine], things: dict[str, Material]
) -> Operation:
    """A step on some of the machines of a work center; sometimes orders branch off or are sent back after it."""
    goals = [*(f"step-{n}" for n in range(steps)), LEAVE]
    following = {draw(st.sampled_from(goals)): 0.3} if draw(st.integers(0, 3)) == 0 else {}
    there = [m for m in machines if machines[m].work_center == f"center-{center}"]
    chosen = draw(st.sets(st.sampled_from(there), min_size=1))
    return Operation(
        id=f"step-{step}",
        machines={m: draw(distributions()) for m in sorted(chosen)},
        per="order" if any(machines[m].batch for m in chosen) else draw(st.sampled_from(("order", "order", "unit"))),
        scrap=draw(st.sampled_from((0.0, 0.0, 0.3))),
        next=following,
        rework_limit=draw(st.sampled_from((None, 0, 1, 2))),
        consumes={} if any(machines[m].batch for m in chosen) else draw(amounts(things)),
        yields=draw(amounts(things)),
        energy=draw(st.sampled_from((0.0, 0.0, 0.0, 0.75))),
        energy_per=draw(st.sampled_from(("order", "unit"))),
    )


@st.composite
def graded(draw: st.DrawFn, steps: tuple[Operation, ...]) -> tuple[Operation, ...]:
    """Sometimes steps make defects, somebody inspects, or something is measured."""
    return tuple(
        replace(
            step,
            defects=draw(st.sampled_from((0.0, 0.0, 0.0, 0.25))),
            inspection=draw(inspections(len(steps))),
            characteristics=draw(characteristics(next(iter(step.machines)))),
        )
        for step in steps
    )


@st.composite
def inspections(draw: st.DrawFn, steps: int) -> Inspection | None:
    """Mostly nobody; else of all or some, now and then wrong, with all that can follow."""
    if draw(st.integers(0, 3)):
        return None
    on_fails: tuple[Literal["scrap", "rework", "hold"], ...] = ("scrap", "rework", "hold")
    on_fail = draw(st.sampled_from(on_fails))
    return Inspection(
        share=draw(st.sampled_from((1.0, 0.5, 0.0))),
        of=draw(st.sampled_from(("orders", "pieces"))),
        duration=draw(st.one_of(st.none(), distributions(1, 10))),
        per=draw(st.sampled_from(("order", "unit"))),
        false_fail=draw(st.sampled_from((0.0, 0.2))),
        false_pass=draw(st.sampled_from((0.0, 0.3))),
        on_fail=on_fail,
        rework_to=f"step-{draw(st.integers(0, steps - 1))}" if on_fail == "rework" else None,
        limit=draw(st.sampled_from((None, 0, 2))) if on_fail == "rework" else None,
        hold_time=draw(distributions(10, 200)) if on_fail == "hold" else None,
        freed=draw(st.sampled_from((1.0, 0.5, 0.0))) if on_fail == "hold" else 1.0,
    )


def characteristics(machine: str) -> st.SearchStrategy[tuple[Characteristic, ...]]:
    """Mostly none; else a diameter that drifts while a machine works, perhaps a weight that is sorted in line."""
    diameter = Characteristic(
        id="diameter",
        target=20.0,
        sd=0.01,
        lower=19.98,
        upper=20.02,
        unit="mm",
        per_wear=0.004,
        per_hour=0.002,
        machine_offset={machine: -0.005},
    )
    weight = Characteristic(id="weight", target=1.0, sd=0.1, lower=0.9, resolution=0.05, found="at_once")
    return st.sampled_from(((), (), (), (), (diameter,), (diameter, weight)))


@st.composite
def worlds(draw: st.DrawFn, chain: bool | None = None, orders: int = 10, plain: bool = False) -> World:
    """A random plant with random orders, a future and a rule."""
    plant = draw(plants(chain, plain))
    book = tuple(
        Order(
            id=f"o{n}",
            product=draw(st.sampled_from(sorted(plant.products))),
            quantity=draw(st.integers(1, 4)),
            release=draw(st.sampled_from((0, 0, 30, 60, 61, 500))) * MINUTE,
            due=draw(st.one_of(st.none(), st.integers(1, 3000).map(lambda m: m * MINUTE))),
            weight=draw(st.sampled_from((1.0, 2.0, 0.5))),
        )
        for n in range(draw(st.integers(1, orders)))
    )
    return World(plant, book, draw(st.integers(0, 2**32)), draw(st.sampled_from(sorted(RULES))))
