"""What the solver does not know of a plant while it searches; the twin does, when it times what was found.

What is left out can only make things later than the solver thinks, so its bounds hold; its plans may be worse than they
could be, never other than the plant can do. Classes of priority are left out too: a plan fixes the sequence itself.
"""

from collections.abc import Iterable, Iterator

from plant_models.orders import Operation
from plant_models.plant import Plant
from scheduler.constraints import FEW
from scheduler.problem import Problem, read
from twin.state import State


def unknown_to_the_solver(plant: Plant, state: State) -> tuple[str, ...]:
    """What of a plant, as it stands, the solver would not know of."""
    return left_out(read(plant, state, horizon=state.now))


def left_out(problem: Problem) -> tuple[str, ...]:
    """What of the plant matters for what is left to do and is not in the problem, by name; empty where nothing is."""
    plant = problem.plant
    stops = [plant.stops(job.order.product)[task.step] for job in problem.jobs for task in job.tasks]
    places = list(dict.fromkeys(stop.place for stop in stops))
    machines = list(problem.places)
    found = [
        *_buffers(plant, places),
        *_batches(problem),
        *_machines(plant, machines),
        *_resources([stop.operation for stop in stops]),
    ]
    if plant.release.orders is not None or plant.release.work is not None:
        found.append("how many orders may be on the floor at once")
    found += _of("the orders that will still come:", plant.arrivals)
    classes = {job.order.priority for job in problem.jobs}
    if len(classes) > 1:
        first = [job.order.id for job in problem.jobs if job.order.priority == max(classes)]
        more = f" and {len(first) - 3} more" if len(first) > 3 else ""
        found.append(f"classes of priority (the highest is {max(classes)}: {', '.join(first[:3])}{more})")
    return tuple(found)


def _buffers(plant: Plant, places: list[str]) -> Iterator[str]:
    buffers = [plant.buffers[place] for place in places]
    yield from _of("the room in", (b.id for b in buffers if b.capacity is not None))
    yield from _of("the order in which orders leave", (b.id for b in buffers if b.discipline != "any"))
    yield from _of("spoiling in", (b.id for b in buffers if b.max_stay is not None))


def _batches(problem: Problem) -> Iterator[str]:
    working = {machine: place for machine, place in problem.places.items() if place.batch is not None}
    for machine, place in working.items():
        if place.batch is not None and len(problem.on(machine)) > FEW:
            yield f"batches on {machine} (planned as {place.batch.most} places)"
    plant = problem.plant
    changed = (m for m in working if plant.work_centers[plant.machines[m].work_center].changeover is not None)
    yield from _of("changeovers between batches on", changed)
    waits = (m for m, p in working.items() if p.batch is not None and p.batch.longest_wait and p.batch.least > 1)
    yield from _of("how long batches wait for more orders on", waits)


def _machines(plant: Plant, machines: list[str]) -> Iterator[str]:
    centers = [plant.work_centers[plant.machines[machine].work_center] for machine in machines]
    yield from _of("least runs on", (m for m in machines if plant.least_run(m) > 1))
    refuse = (m for m, c in zip(machines, centers, strict=True) if c.at_shift_end == "refuse")
    yield from _of("that nothing is begun that would not be done before closing time on", refuse)
    yield from _of("the empty runs of", (m for m in machines if m in plant.vehicles))
    yield from _of("the maintenance of", (m for m in machines if plant.machines[m].maintenance))
    yield from _of("the people who set up", (m for m, c in zip(machines, centers, strict=True) if c.setup_crew))


def _resources(operations: list[Operation]) -> Iterator[str]:
    yield from _of("the people of", (o.crew for o in operations if o.crew))
    yield from _of("the tools", (tool for o in operations for tool in o.tools))
    yield from _of("the stocks of", (material for o in operations for material in (*o.consumes, *o.yields)))
    judging = [(o.id, o.inspection.on_fail) for o in operations if o.inspection is not None]
    yield from _of("what is sent back after", (name for name, on_fail in judging if on_fail == "rework"))
    yield from _of("what is held after", (name for name, on_fail in judging if on_fail == "hold"))
    yield from _of("the carriers", (tool for o in operations for tool in o.takes))


def _of(what: str, names: Iterable[str]) -> Iterator[str]:
    """A sentence that names what it is about; nothing where there is none."""
    known = list(dict.fromkeys(names))
    if known:
        yield f"{what} {', '.join(known)}"
