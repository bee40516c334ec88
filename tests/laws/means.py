"""What orders need beside machines: people, tools, vehicles, materials, and leave to enter."""

from itertools import pairwise

from hypothesis import strategies as st

from plant_models.materials import Delay
from plant_models.moves import Carrier
from plant_models.plant import Amount, Buffer, Crew, Machine, Material, Release, Replenishment, Tool, WorkCenter
from plant_models.shifts import HOUR, MINUTE
from plant_models.transport import Fleet
from tests.laws.machines import batches, distributions, failures


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
    late = draw(st.sampled_from(((), (), (Delay(90 * MINUTE, 5 * HOUR),), (Delay(0, HOUR), Delay(2 * HOUR, 4 * HOUR)))))
    by_clock = Replenishment(quantity=5, every=2 * HOUR, first=draw(st.sampled_from((None, 0, HOUR))), late=late)
    lead_time = draw(distributions(10, 200))
    when_low = Replenishment(quantity=3, reorder_point=draw(st.integers(0, 6)), lead_time=lead_time, late=late)
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
