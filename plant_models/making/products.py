"""What is made and how: routings with their steps, products."""

from functools import partial

from plant_models.distributions import Constant, Distribution, Lognormal
from plant_models.documents import Place
from plant_models.entries.nouns import noun
from plant_models.entries.products import ProductEntry, StepEntry
from plant_models.making import transport
from plant_models.making.parts import Making
from plant_models.orders import Operation, Routing


def add_routing(making: Making, place: Place, name: str, steps: list[StepEntry], per: str | None) -> None:
    """A routing with its steps."""
    if name in making.routings:
        making.faults.add(place, f"there is a routing {name!r} already")
        return
    if not steps:
        making.faults.add(place, "the routing is empty; give at least one step, such as '- turning: 4 min'")
        return
    made = [_operation(making, (*place, at), step, per) for at, step in enumerate(steps)]
    operations = tuple(operation for operation in made if operation is not None)
    if len(operations) < len(steps):
        return
    whole = making.faults.made(place, lambda: transport.moved(making, place, operations))
    if whole is None:
        return
    routing = making.faults.made(place, lambda: Routing(id=name, operations=whole))
    if routing is not None:
        making.routings[name] = routing


def _operation(making: Making, place: Place, step: StepEntry, per: str | None) -> Operation | None:
    machines = _alternatives(making, place, step)
    if machines is None:
        return None
    places = {making.work_centers[making.machines[machine].work_center].buffer for machine in machines}
    if step.buffer is None and len(places) > 1:
        waits = ", ".join(sorted(places))
        making.faults.add(
            place, f"its machines wait behind different buffers ({waits}); name the one for this step (buffer: ...)"
        )
        return None
    return making.faults.made(
        place,
        lambda: noun(step, id=step.step, machines=machines, per="unit" if (step.per or per) == "unit" else "order"),
    )


def _alternatives(making: Making, place: Place, step: StepEntry) -> dict[str, Distribution] | None:
    """The machines that can do a step, each with its time."""
    times: dict[str, Distribution | float]
    if step.machines is not None and step.at is None and step.time is None:
        times = {each: time for name, time in step.machines.items() for each in making.places.get(name, [name])}
        if not times:
            making.faults.add(place, "no machine can do this step; name at least one")
            return None
        known = [
            making.faults.knows((*place, step.step, "machines", name), "machine", name, making.machines)
            for name in times
        ]
        if not all(known):
            return None
    elif step.machines is None and step.at is not None and step.time is not None:
        names = _machines_at(making, place, step.at)
        if not names:
            return None
        times = dict.fromkeys(names, step.time)
    elif step.machines is None and step.at is not None and step.move is not None:
        names = _machines_at(making, place, step.at)
        return (transport.times_of(making, place, names, step) if names else None) or None
    else:
        making.faults.add(
            place,
            f"step {step.step!r}: wanted where it is done and how long it takes: 'at' and 'time', or 'machines'",
        )
        return None
    made = {name: making.faults.made(place, partial(_work, making, name, time)) for name, time in times.items()}
    found = {name: work for name, work in made.items() if work is not None}
    return found if len(found) == len(times) else None


def _machines_at(making: Making, place: Place, names: list[str]) -> list[str]:
    found: dict[str, None] = {}
    for name in names:
        if name in making.file.work_centers:
            there = making.file.work_centers[name].machines
            found |= dict.fromkeys(each for machine in there for each in making.places.get(machine, [machine]))
        elif name in making.places:
            found |= dict.fromkeys(making.places[name])
        elif making.faults.knows(
            (*place, name), "work center or machine", name, {**making.file.work_centers, **making.machines}
        ):
            found[name] = None
    return [name for name in found if name in making.machines]


def _work(making: Making, machine: str, time: Distribution | float) -> Distribution:
    if not isinstance(time, (int, float)):
        return time
    variation = making.file.work_centers[making.machines[machine].work_center].variation
    return Lognormal(time, variation) if variation and time else Constant(time)


def add_product(making: Making, name: str, entry: ProductEntry) -> None:
    """A product with its own routing, a shared one, or that of the product that it is like."""
    place: Place = ("products", name)
    if (entry.routing is None) == (entry.like is None):
        making.faults.add(place, "wanted a 'routing', or 'like' and a product that has the same one")
        return
    origin = _origin(making, name)
    if origin is None:
        return
    first = making.file.products[origin]
    routing = first.routing if isinstance(first.routing, str) else origin
    if isinstance(first.routing, str) and not making.faults.knows(
        ("products", origin, "routing"), "routing", routing, making.file.routings
    ):
        return
    family = entry.family or (first.family if entry.like is not None else None) or ""
    attributes = entry.attributes or (first.attributes if family and family == first.family else {})
    made = making.faults.made(
        place, lambda: noun(entry, id=name, routing=routing, family=family, attributes=attributes)
    )
    if made is not None:
        making.products[name] = made


def _origin(making: Making, name: str) -> str | None:
    """The product whose routing *name* has, along all that it is like."""
    way = [name]
    while (like := making.file.products[way[-1]].like) is not None:
        if not making.faults.knows(("products", way[-1], "like"), "product", like, making.file.products):
            return None
        if like in way:
            circle = " like ".join([*way, like])
            making.faults.add(("products", name, "like"), f"the routing goes in a circle: {circle}")
            return None
        way.append(like)
    return way[-1]


def check_families(making: Making) -> None:
    """Every machine is set up for a family that there is."""
    families = {product.family: None for product in making.products.values()}
    for changeover in making.changeovers.values():
        families |= dict.fromkeys(family for before, row in changeover.times.items() for family in (before, *row))
    if len(making.products) < len(making.file.products):
        return
    for name, center in making.file.work_centers.items():
        for machine, entry in center.machines.items():
            if entry.set_up_for is not None and center.fleet is None:
                place = ("work_centers", name, "machines", machine, "set_up_for")
                making.faults.knows(place, "product family", entry.set_up_for, families)
