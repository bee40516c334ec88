"""Whether the parts of a plant fit together: what each names is there, and what each asks for can be."""

from collections.abc import Mapping

from plant_models.centers import Buffer, WorkCenter
from plant_models.changeovers import Changeover
from plant_models.errors import InvalidPlant
from plant_models.machines import Machine
from plant_models.orders import Operation, Product
from plant_models.resources import Crew
from plant_models.shifts import Shifts


def check_machine(machine: Machine, centers: Mapping[str, WorkCenter], crews: Mapping[str, Crew]) -> None:
    """Raise InvalidPlant where a machine names what is not there, or cannot be in its work center."""
    where = f"machine {machine.id!r}"
    known(where, "work center", machine.work_center, centers)
    for failure in machine.failures:
        if failure.crew is not None:
            known(f"{where}, {failure.id}", "crew", failure.crew, crews)
    center = centers[machine.work_center]
    if machine.batch is not None and center.blocking == "before_service":
        raise InvalidPlant(
            f"{where}: it works in batches and cannot block before service; wanted blocking: after_service in work "
            f"center {center.id!r}"
        )


def check_center(
    center: WorkCenter,
    buffers: Mapping[str, Buffer],
    shifts: Mapping[str, Shifts],
    changeovers: Mapping[str, Changeover],
) -> None:
    """Raise InvalidPlant where a work center names what is not there."""
    where = f"work center {center.id!r}"
    known(where, "buffer", center.buffer, buffers)
    if center.shifts is not None:
        known(where, "shifts", center.shifts, shifts)
    if center.changeover is not None:
        known(where, "changeover", center.changeover, changeovers)


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
    if operation.buffer is not None:
        known(where, "buffer", operation.buffer, buffers)
        return
    places = {centers[machines[m].work_center].buffer for m in operation.machines}
    if len(places) > 1:
        raise InvalidPlant(
            f"{where}: its machines wait behind different buffers ({', '.join(sorted(places))}); "
            "name the one in which orders wait for it (buffer: ...)"
        )


def check_attributes(product: Product, family: Mapping[str, str]) -> None:
    """Raise InvalidPlant where a product has other attributes than its family."""
    if product.attributes != family:
        ours, theirs = (", ".join(f"{k}: {v}" for k, v in a.items()) or "none" for a in (product.attributes, family))
        raise InvalidPlant(
            f"product {product.id!r}: its attributes ({ours}) are not those of family {product.family!r} ({theirs}); "
            "products that differ for a changeover are of different families"
        )


def known(where: str, what: str, name: str, there: Mapping[str, object]) -> None:
    """Raise InvalidPlant where *name* is none of those that are there."""
    if name not in there:
        names = ", ".join(there) or "none"
        raise InvalidPlant(f"{where}: no {what} {name!r}; there are {names}")
