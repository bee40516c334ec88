"""Whether the parts of a plant fit together: what each names is there, and what each asks for can be."""

from collections.abc import Mapping, Sequence

from plant_models.arrivals import Arrival
from plant_models.centers import Buffer, WorkCenter
from plant_models.changeovers import Changeover
from plant_models.errors import InvalidPlant, known_names
from plant_models.machines import Machine
from plant_models.materials import Material
from plant_models.orders import LEAVE, Operation, Product, Routing
from plant_models.resources import Crew, Tool
from plant_models.shifts import Shifts
from plant_models.upkeep import WEAR


def check_machine(machine: Machine, centers: Mapping[str, WorkCenter], crews: Mapping[str, Crew]) -> None:
    """Raise InvalidPlant where a machine names what is not there, or cannot be in its work center."""
    where = f"machine {machine.id!r}"
    known(where, "work center", machine.work_center, centers)
    for failure in machine.failures:
        _check_crew(f"{where}, {failure.id}", failure.crew, failure.people, crews)
    check_upkeep(machine, crews)
    center = centers[machine.work_center]
    if center.fleet is not None and machine.set_up_for is not None:
        known(f"{where}, set_up_for", "location", machine.set_up_for, dict.fromkeys(center.fleet.locations))
    if machine.batch is not None and center.blocking == "before_service":
        raise InvalidPlant(
            f"{where}: it works in batches and cannot block before service; wanted blocking: after_service in work "
            f"center {center.id!r}"
        )


def check_upkeep(machine: Machine, crews: Mapping[str, Crew]) -> None:
    """Raise InvalidPlant where wear and maintenance do not fit each other or the failures of *machine*."""
    where = f"machine {machine.id!r}"
    levels = {} if machine.wear is None else dict.fromkeys(level.id for level in machine.wear.levels)
    ways = dict.fromkeys(failure.id for failure in machine.failures)
    for failure in machine.failures:
        if failure.at_wear is not None:
            known(f"{where}, {failure.id}", "level of wear", failure.at_wear, levels)
        if failure.renews_wear and not levels:
            raise InvalidPlant(f"{where}, {failure.id}: it renews the wear of a machine that has none; give it wear")
    names = [maintenance.id for maintenance in machine.maintenance]
    if len(set(names)) < len(names):
        raise InvalidPlant(f"{where}: each maintenance needs a name of its own, not {', '.join(names)}")
    if machine.maintenance and WEAR in ways:
        raise InvalidPlant(f"{where}: a failure of a machine that is maintained cannot be called {WEAR!r}")
    for maintenance in machine.maintenance:
        here = f"{where}, maintenance {maintenance.id!r}"
        _check_crew(here, maintenance.crew, maintenance.people, crews)
        if maintenance.at_wear is not None:
            known(here, "level of wear", maintenance.at_wear, levels)
            if machine.wear is not None and machine.wear.number(maintenance.at_wear) == 0:
                raise InvalidPlant(f"{here}: {maintenance.at_wear!r} is as new; wanted a later level of wear")
            if maintenance.renews is not None and WEAR not in maintenance.renews:
                raise InvalidPlant(f"{here}: it is due by wear and would not end being due; wanted {WEAR!r} in renews")
        for name in maintenance.renews or ():
            known(here, "failure", name, {**ways, **({WEAR: None} if levels else {})})


def check_places(machines: Mapping[str, Machine]) -> None:
    """Raise InvalidPlant where the places of one machine could not break down, close and be maintained together."""
    wholes: dict[str, Machine] = {}
    for machine in machines.values():
        if machine.part_of is None:
            continue
        where = f"machine {machine.id!r}, a place of {machine.part_of!r}"
        if machine.part_of in machines:
            raise InvalidPlant(f"{where}: there is a machine of that name too; wanted another name for the whole")
        first = wholes.setdefault(machine.part_of, machine)
        for what in ("work_center", "failures", "outages", "wear", "maintenance"):
            if getattr(machine, what) != getattr(first, what):
                raise InvalidPlant(f"{where}: its {what} must be that of {first.id!r}, for they are one machine")
        clocks = [failure.clock for failure in machine.failures]
        if "working" in clocks or (machine.wear is not None and machine.wear.clock == "working"):
            raise InvalidPlant(f"{where}: its places work independently and have one clock; wanted clock: open")
        for maintenance in machine.maintenance:
            if maintenance.every is None and maintenance.at_wear is None:
                raise InvalidPlant(
                    f"{where}, maintenance {maintenance.id!r}: its places work independently and have no usage in "
                    "common; wanted every or at_wear"
                )


def check_center(
    center: WorkCenter,
    buffers: Mapping[str, Buffer],
    shifts: Mapping[str, Shifts],
    changeovers: Mapping[str, Changeover],
    crews: Mapping[str, Crew],
) -> None:
    """Raise InvalidPlant where a work center names what is not there."""
    where = f"work center {center.id!r}"
    known(where, "buffer", center.buffer, buffers)
    if center.shifts is not None:
        known(where, "shifts", center.shifts, shifts)
    if center.changeover is not None:
        known(where, "changeover", center.changeover, changeovers)
        if center.fleet is not None:
            raise InvalidPlant(f"{where}: it is a fleet, whose setups are empty runs; wanted no changeover")
    _check_crew(where, center.setup_crew, center.setup_people, crews)


def _check_crew(where: str, skill: str | None, people: int, crews: Mapping[str, Crew]) -> None:
    """Raise InvalidPlant where something takes people that no crew has."""
    if skill is None:
        return
    known(where, "crew or skill", skill, skills_of(crews))
    able = [crew for crew in crews.values() if crew.can(skill)]
    if all(crew.size < people for crew in able):
        sizes = ", ".join(f"{crew.id} has {crew.size}" for crew in able)
        raise InvalidPlant(f"{where}: it takes {people} people of one crew who can do {skill!r}; {sizes}")


def skills_of(crews: Mapping[str, Crew]) -> dict[str, None]:
    """Every skill that some crew has, the names of the crews included."""
    return dict.fromkeys(skill for crew in crews.values() for skill in (crew.id, *crew.skills))


def check_crew(crew: Crew, shifts: Mapping[str, Shifts]) -> None:
    """Raise InvalidPlant where a crew names what is not there."""
    if crew.shifts is not None:
        known(f"crew {crew.id!r}", "shifts", crew.shifts, shifts)


def check_needs(
    where: str,
    operation: Operation,
    machines: Mapping[str, Machine],
    crews: Mapping[str, Crew],
    tools: Mapping[str, Tool],
) -> None:
    """Raise InvalidPlant where an operation needs people or tools that are not there, or that a batch cannot have."""
    _check_crew(where, operation.crew, operation.people, crews)
    for tool in (*operation.tools, *operation.takes, *operation.returns):
        known(where, "tool", tool, tools)
    for machine in operation.machines:
        if machines[machine].batch is not None and (operation.tools or operation.takes):
            raise InvalidPlant(
                f"{where}: machine {machine!r} works in batches, whose orders have no tools of their own; let the step "
                "before it take them (takes)"
            )


def check_operation(
    where: str,
    operation: Operation,
    machines: Mapping[str, Machine],
    centers: Mapping[str, WorkCenter],
    buffers: Mapping[str, Buffer],
) -> None:
    """Raise InvalidPlant where an operation names what is not there, or cannot be done where it is to be done."""
    for machine in operation.machines:
        known(where, "machine", machine, machines)
        if machines[machine].batch is not None and operation.per == "unit":
            raise InvalidPlant(
                f"{where}: machine {machine!r} works in batches; its time must be for the batch (per: order), not for "
                "one piece"
            )
    _check_move(where, operation, machines, centers, buffers)
    for characteristic in operation.characteristics:
        for machine in characteristic.machine_offset:
            known(f"{where}, characteristic {characteristic.id!r}", "machine", machine, operation.machines)
    if operation.buffer is not None:
        known(where, "buffer", operation.buffer, buffers)
        _check_lots(where, operation, buffers[operation.buffer])
        return
    places = {centers[machines[m].work_center].buffer for m in operation.machines}
    if len(places) > 1:
        raise InvalidPlant(
            f"{where}: its machines wait behind different buffers ({', '.join(sorted(places))}); "
            "name the one in which orders wait for it (buffer: ...)"
        )
    for place in places:
        _check_lots(where, operation, buffers[place])


def check_grades(routing: Routing) -> None:
    """Raise InvalidPlant where defects that nobody has seen yet would have to be divided among lots."""
    divides = next((operation.id for operation in routing.operations if operation.split is not None), None)
    grades = next((operation.id for operation in routing.operations if operation.is_graded), None)
    if divides is not None and grades is not None:
        raise InvalidPlant(
            f"routing {routing.id!r}: orders divide into lots at {divides!r}, and {grades!r} makes, measures or finds "
            "defects; a routing can have one of the two, plain scrap goes with lots"
        )


def _check_lots(where: str, operation: Operation, buffer: Buffer) -> None:
    """Raise InvalidPlant where lots are to divide or meet in a buffer that could be full."""
    if (operation.split is not None or operation.merge) and buffer.capacity is not None:
        what = "divide into lots" if operation.split is not None else "wait for their other lots"
        raise InvalidPlant(
            f"{where}: orders {what} in buffer {buffer.id!r}, which must have room for all of them; "
            f"wanted a buffer without a capacity, not {buffer.capacity}"
        )


def check_changeover(changeover: Changeover, products: Mapping[str, Product]) -> None:
    """Raise InvalidPlant where an attribute counts that no product has: an allergen would not be washed away."""
    there = dict.fromkeys(name for product in products.values() for name in product.attributes)
    for name in changeover.attributes:
        known(f"changeover {changeover.id!r}", "attribute of a product", name, there)
    for cleaning in changeover.cleanings:
        known(f"changeover {changeover.id!r}, {cleaning.id}", "attribute of a product", cleaning.attribute, there)


def check_arrivals(arrivals: Mapping[str, Arrival], products: Mapping[str, Product]) -> None:
    """Raise InvalidPlant where orders come for a product that is not there."""
    for arrival in arrivals.values():
        for name in arrival.shares:
            known(f"arrivals {arrival.id!r}", "product", name, products)


def check_attributes(product: Product, family: Mapping[str, str]) -> None:
    """Raise InvalidPlant where a product has other attributes than its family."""
    if product.attributes != family:
        ours, theirs = (", ".join(f"{k}: {v}" for k, v in a.items()) or "none" for a in (product.attributes, family))
        raise InvalidPlant(
            f"product {product.id!r}: its attributes ({ours}) are not those of family {product.family!r} ({theirs}); "
            "products that differ for a changeover are of different families"
        )


def check_batch(machine: Machine, operations: Sequence[Operation]) -> None:
    """Raise InvalidPlant where a machine that works in batches would need different people for the orders of one."""
    steps = [operation for operation in operations if machine.id in operation.machines]
    skills = dict.fromkeys(_whom(step) for step in steps)
    if machine.batch is not None and len(skills) > 1:
        raise InvalidPlant(
            f"machine {machine.id!r} works in batches, and its operations need different people ({', '.join(skills)}); "
            "wanted the same crew in all of them"
        )


def _whom(step: Operation) -> str:
    """Whom a step takes, in words."""
    if step.crew is None:
        return "nobody"
    return step.crew if step.people == 1 else f"{step.people} {step.crew}"


def check_materials(where: str, operation: Operation, there: Mapping[str, Material]) -> None:
    """Raise InvalidPlant where an operation uses or yields what is not there."""
    for material in (*operation.consumes, *operation.yields):
        known(where, "material", material, there)


def check_stocks(
    product: Product,
    operations: Sequence[Operation],
    machines: Mapping[str, Machine],
    centers: Mapping[str, WorkCenter],
    there: Mapping[str, Material],
) -> None:
    """Raise InvalidPlant where a product is stocked as what is not there, or by a machine that must be sure of room.

    A machine that blocks before service is sure of a place in a buffer; of room in a stock it never can be.
    """
    where = f"product {product.id!r}"
    if product.stock is not None:
        known(where, "material", product.stock, there)
    for step, operation in enumerate(operations):
        leaves = step == len(operations) - 1 or LEAVE in operation.next
        gives = [*operation.yields, *([product.stock] if product.stock is not None and leaves else [])]
        inspection = operation.inspection
        if product.stock is not None and leaves and inspection is not None and inspection.on_fail == "hold":
            raise InvalidPlant(
                f"{where}, step {operation.id!r}: what is in stock cannot be held any more; wanted the inspection "
                "that holds orders before the last step, or another 'on_fail'"
            )
        full = next((material for material in gives if there[material].capacity is not None), None)
        for machine in operation.machines:
            if full is not None and centers[machines[machine].work_center].blocking == "before_service":
                raise InvalidPlant(
                    f"{where}, step {operation.id!r}: machine {machine!r} cannot block before service, because the "
                    f"stock of {full!r} has a capacity; wanted blocking: after_service in work center "
                    f"{machines[machine].work_center!r}"
                )


def _check_move(
    where: str,
    operation: Operation,
    machines: Mapping[str, Machine],
    centers: Mapping[str, WorkCenter],
    buffers: Mapping[str, Buffer],
) -> None:
    """Raise InvalidPlant where what vehicles do is no move, or a move is not done by vehicles that can do it."""
    move = operation.move
    for machine in operation.machines:
        center = centers[machines[machine].work_center]
        if center.fleet is None and move is not None:
            vehicles = [m.id for m in machines.values() if centers[m.work_center].fleet is not None]
            raise InvalidPlant(
                f"{where}: machine {machine!r} is no vehicle and cannot move orders; there are "
                f"{', '.join(vehicles) or 'none'}"
            )
        if center.fleet is None:
            continue
        if move is None:
            raise InvalidPlant(
                f"{where}: machine {machine!r} is a vehicle; say from where to where it moves orders (move)"
            )
        for location in (move.origin, move.to):
            known(f"{where}, fleet {center.id!r}", "location", location, dict.fromkeys(center.fleet.locations))
        if operation.per == "unit":
            raise InvalidPlant(f"{where}: the time of a move is for what a vehicle takes at once; wanted per: order")
        waits_in = buffers.get(center.buffer if operation.buffer is None else operation.buffer)
        if waits_in is not None and waits_in.max_stay is not None:
            raise InvalidPlant(
                f"{where}: orders cannot spoil where they wait for a vehicle; wanted buffer {waits_in.id!r} without "
                "max_stay"
            )


def known(where: str, what: str, name: str, there: Mapping[str, object]) -> None:
    """Raise InvalidPlant where *name* is none of those that are there."""
    if name not in there:
        raise InvalidPlant(f"{where}: {known_names(what, name, there)}")
