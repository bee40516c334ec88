"""What a floor does not allow: two orders on a machine, steps out of turn, work while closed, free changeovers."""

from collections.abc import Iterable
from itertools import combinations

from ortools.sat.python import cp_model

from plant_models.batch import Batch
from plant_models.shifts import Window
from scheduler.problem import Place
from scheduler.variables import Expression, Key, Literal, Meeting, Step, Unknowns

FEW = 60
"""How many steps a machine may have before it for batches to be looked at one by one; else they are its capacity."""


def constrain(found: Unknowns) -> None:
    """Let the unknowns be a schedule."""
    for job in found.problem.jobs:
        steps = [found.steps[task.order, task.step] for task in job.tasks]
        for before, after in zip(steps, steps[1:], strict=False):
            found.model.add(after.start >= before.end + after.task.stay)
        found.ends[job.order.id] = steps[-1].end if steps else job.begun_until
    for step in found.steps.values():
        if len(step.takes) > 1:
            found.model.add_exactly_one(list(step.takes.values()))
    for machine, place in found.problem.places.items():
        _machine(found, machine, place)


def _machine(found: Unknowns, machine: str, place: Place) -> None:
    steps = dict(found.on(machine))
    model = found.model
    if place.batch is None:
        model.add_no_overlap([step.intervals[machine] for step in steps.values()])
    else:
        _batches(found, machine, place, place.batch)
    has_setups = machine in found.problem.with_setups
    if has_setups:
        _tour(found, machine, steps)
    for key, step in steps.items():
        takes = step.takes[machine]
        model.add(step.start >= place.free).only_enforce_if(takes)
        extra: list[Expression] = []
        if has_setups:
            extra += [
                found.problem.setup(machine, _family(found, machine, before), step.task.family) * arc
                for (before, after), arc in found.follows[machine].items()
                if after == key and before != key
            ]
        if place.pauses:
            extra += [(end - start) * met for (start, end), met in _meetings(found, key, step, machine, place.closed)]
        else:
            _starts_open(found, step, machine, place)
            cuts = [(at, at) for at, _ in place.passes]
            swallows = dict(place.passes)
            extra += [-swallows[at] * met for (at, _), met in _meetings(found, key, step, machine, cuts)]
        size = step.sizes[machine]
        if isinstance(size, int):
            continue
        total = step.task.work[machine] + sum(extra)
        model.add(size >= total if place.passes or place.batch is not None else size == total)


def _batches(found: Unknowns, machine: str, place: Place, batch: Batch) -> None:
    """No more at once than a machine takes; and where they are few, those at once begin and end together."""
    model, steps = found.model, dict(found.on(machine))
    sizes = {key: place.size(step.task) for key, step in steps.items()}
    model.add_cumulative([step.intervals[machine] for step in steps.values()], list(sizes.values()), batch.most)
    if len(steps) > FEW:
        return
    mates: dict[Key, list[tuple[int, cp_model.IntVar]]] = {key: [] for key in steps}
    for (one, here), (other, there) in combinations(steps.items(), 2):
        both = [here.takes[machine], there.takes[machine]]
        first = found.first[machine, one, other] = model.new_bool_var(f"{machine}: {one} before {other}")
        later = found.first[machine, other, one] = model.new_bool_var(f"{machine}: {other} before {one}")
        model.add(there.start >= here.end).only_enforce_if(first)
        model.add(here.start >= there.end).only_enforce_if(later)
        either: list[Literal] = [first, later]
        is_same = here.task.together[machine] == there.task.together[machine] and one[0] != other[0]
        if is_same and sizes[one] + sizes[other] <= batch.most:
            at_once = found.together[machine, one, other] = model.new_bool_var(f"{machine}: {one} with {other}")
            model.add(here.start == there.start).only_enforce_if(at_once)
            model.add(here.end == there.end).only_enforce_if(at_once)
            model.add_bool_and(both).only_enforce_if(at_once)
            mates[one].append((sizes[other], at_once))
            mates[other].append((sizes[one], at_once))
            either.append(at_once)
        model.add_bool_or(either).only_enforce_if(both)
    if batch.longest_wait is None:
        for key, others in mates.items():
            takes = steps[key].takes[machine]
            model.add(sum(size * mate for size, mate in others) >= batch.least - sizes[key]).only_enforce_if(takes)


def _tour(found: Unknowns, machine: str, steps: dict[Key, Step]) -> None:
    """One machine's steps as a tour that begins and ends with the machine as it stands now."""
    model = found.model
    follows = found.follows[machine] = {}
    numbers: dict[Key | None, int] = {None: 0, **{key: n for n, key in enumerate(steps, 1)}}
    for key, step in steps.items():
        follows[None, key] = model.new_bool_var(f"{machine}: {key} first")
        follows[key, None] = model.new_bool_var(f"{machine}: {key} last")
        takes = step.takes[machine]
        if not isinstance(takes, bool):
            follows[key, key] = ~takes
        for other, after in steps.items():
            if other == key or (other[0] == key[0] and other[1] < key[1]):
                continue
            arc = follows[key, other] = model.new_bool_var(f"{machine}: {key} then {other}")
            model.add(after.start >= step.end).only_enforce_if(arc)
    if all(len(step.takes) > 1 for step in steps.values()):
        follows[None, None] = model.new_bool_var(f"{machine} takes nothing")
    model.add_circuit([(numbers[before], numbers[after], arc) for (before, after), arc in follows.items()])


def _family(found: Unknowns, machine: str, before: Key | None) -> str | None:
    return found.problem.places[machine].family if before is None else found.steps[before].task.family


def _meetings(
    found: Unknowns, key: Key, step: Step, machine: str, closures: Iterable[Window]
) -> list[tuple[Window, cp_model.IntVar]]:
    """The closures that a step on *machine* may meet in its middle, each with the literal that it does."""
    model, takes = found.model, step.takes[machine]
    met = []
    for closed in closures:
        start, end = closed
        if end <= step.earliest or start >= found.problem.horizon:
            continue
        name = f"{key} on {machine}, {start}"
        before, inside, after = (model.new_bool_var(f"{name} {how}") for how in ("before", "met", "after"))
        elsewhere = [] if isinstance(takes, bool) else [~takes]
        model.add_exactly_one([before, inside, after, *elsewhere])
        model.add(step.end <= start).only_enforce_if(before)
        model.add(step.start < start).only_enforce_if(inside)
        model.add(step.end > end if end > start else step.end >= end).only_enforce_if(inside)
        model.add(step.start >= end).only_enforce_if(after)
        found.meetings.append(Meeting(key, machine, closed, before, inside, after))
        met.append((closed, inside))
    return met


def _starts_open(found: Unknowns, step: Step, machine: str, place: Place) -> None:
    """Work may run past the end of a shift here, but may not begin while closed."""
    from_, closed = 0, []
    for start, end in place.closed:
        closed.append([from_, start - 1])
        from_ = end
    if not closed:
        return
    closed.append([from_, max(from_, found.problem.horizon)])
    open_ = [window for window in closed if window[0] <= window[1]]
    domain = cp_model.Domain.from_intervals(open_)
    found.model.add_linear_expression_in_domain(step.start, domain).only_enforce_if(step.takes[machine])
