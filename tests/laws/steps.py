"""What is done to orders, and what is found out about them."""

from dataclasses import replace
from typing import Literal

from hypothesis import strategies as st

from plant_models.changeovers import AttributeChange, Cleaning
from plant_models.orders import LEAVE, Operation
from plant_models.plant import Changeover, Machine, Material
from plant_models.quality import Characteristic, Inspection
from plant_models.shifts import MINUTE
from tests.laws.machines import distributions
from tests.laws.means import amounts


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
        consumes=draw(amounts(things)),
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
