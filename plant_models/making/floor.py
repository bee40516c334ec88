"""What stands on the floor: work centers, machines, buffers, crews."""

from functools import partial

from plant_models.documents import Place
from plant_models.entries.floor import BufferEntry, ChangeoverEntry, FailureEntry, MachineEntry, WorkCenterEntry
from plant_models.entries.nouns import noun
from plant_models.making import hours, transport
from plant_models.making.parts import Making
from plant_models.plant import Failure


def add_buffer(making: Making, place: Place, name: str, entry: BufferEntry) -> None:
    """A buffer, unless there is one of that name."""
    if name in making.buffers:
        making.faults.add(
            place, f"there is a buffer {name!r} already; to share it, describe it under 'buffers' and name it here"
        )
        return
    made = making.faults.made(place, lambda: noun(entry, id=name))
    if made is not None:
        making.buffers[name] = made


def add_changeover(making: Making, place: Place, name: str, entry: ChangeoverEntry) -> None:
    """A table of changeover times, unless there is one of that name."""
    if name in making.changeovers:
        making.faults.add(place, f"there is a changeover {name!r} already")
        return
    made = making.faults.made(place, lambda: noun(entry, id=name))
    if made is not None:
        making.changeovers[name] = made


def add_work_center(making: Making, name: str, entry: WorkCenterEntry) -> None:
    """A work center with its machines and what it has for itself."""
    place: Place = ("work_centers", name)
    buffer = entry.buffer if entry.buffer is not None else BufferEntry()
    if isinstance(buffer, BufferEntry):
        buffer_name = buffer.name or name
        add_buffer(making, (*place, "buffer"), buffer_name, buffer)
    else:
        buffer_name = buffer
    changeover: str | None = None
    if isinstance(entry.changeover, ChangeoverEntry):
        changeover = name
        add_changeover(making, (*place, "changeover"), name, entry.changeover)
    elif entry.changeover is not None:
        changeover = entry.changeover
        making.faults.knows((*place, "changeover"), "changeover", changeover, making.changeovers)
    if entry.shifts is not None:
        making.faults.knows((*place, "shifts"), "shifts", entry.shifts, making.file.shifts)
    if not entry.machines:
        making.faults.add((*place, "machines"), "a work center needs at least one machine")
    for machine, special in entry.machines.items():
        add_machine(making, (*place, "machines", machine), machine, name, special, entry)
    made = making.faults.made(place, lambda: noun(entry, id=name, buffer=buffer_name, changeover=changeover))
    if made is not None:
        making.work_centers[name] = made


def add_machine(
    making: Making, place: Place, name: str, center: str, entry: MachineEntry, group: WorkCenterEntry
) -> None:
    """A machine of a work center, or all its places; it breaks down as all do there, unless it says how."""
    ways, where = (group.failures, ("work_centers", center)) if entry.failures is None else (entry.failures, place)
    failures = [failure_of(making, (*where, "failures", way), way, failure) for way, failure in ways.items()]
    outages = [hours.window(making, (*place, "outages", at), span) for at, span in enumerate(entry.outages)]
    names = [name] if entry.places is None else [f"{name}/{number}" for number in range(1, entry.places + 1)]
    part_of = entry.part_of if entry.places is None else name
    for each in names:
        if each in making.machines:
            other = making.machines[each].work_center
            making.faults.add(place, f"there is a machine {each!r} already, in work center {other!r}")
            continue
        made = making.faults.made(
            place,
            partial(
                noun,
                entry,
                id=each,
                work_center=center,
                part_of=part_of,
                failures=tuple(filter(None, failures)),
                outages=tuple(filter(None, outages)),
                **transport.batch_of(entry, group),
            ),
        )
        if made is not None:
            making.machines[each] = made
            if part_of is not None:
                making.places.setdefault(part_of, []).append(each)


def failure_of(making: Making, place: Place, name: str, entry: FailureEntry) -> Failure | None:
    """One way in which a machine breaks down."""

    def make() -> Failure:
        failure: Failure = noun(entry, id=name)
        if failure.time_to_failure.mean <= 0:
            raise ValueError("the time to failure must be more than zero")
        return failure

    return making.faults.made(place, make)


def check_buffers(making: Making) -> None:
    """Every work center has a buffer that is there."""
    for name, center in making.work_centers.items():
        making.faults.knows(("work_centers", name, "buffer"), "buffer", center.buffer, making.buffers)


def order_machines(making: Making) -> None:
    """The machines in the order in which simultaneous events are settled."""
    if making.file.machine_order is None:
        return
    order = [each for name in making.file.machine_order for each in making.places.get(name, [name])]
    if sorted(order) != sorted(making.machines):
        missing = [name for name in making.machines if name not in order]
        making.faults.add(
            ("machine_order",),
            f"wanted every machine once; missing: {', '.join(missing) or 'none'}, named: {len(order)}",
        )
        return
    making.machines = {name: making.machines[name] for name in order}
