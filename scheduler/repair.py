"""Planning again: machines that are down, and how little a new plan changes of the old one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from plant_models.clock import duration
from plant_models.events import Repaired
from plant_models.plan import Plan, Slot
from plant_models.plant import Plant
from plant_models.shifts import FOREVER, HOUR
from scheduler.problem import up_again
from twin.state import State, apply

UNKNOWN_REPAIR = HOUR
"""After how long a machine is taken to be up again of which neither its failures nor anybody says when."""


def with_repairs(
    plant: Plant, state: State, repairs: Mapping[str, int] | None = None
) -> tuple[Plant, State, list[str]]:
    """The floor as if the ends of its repairs were known: machines that are down are closed until then instead.

    *repairs* names the ends, in milliseconds since the epoch. A machine that is down without a way to fail, so that
    not even a mean time to repair is known, is taken to be up after `UNKNOWN_REPAIR`, and a remark says so. All
    others are left to the twin, which takes the mean time to repair. A plan made with known repairs is rehearsed on
    this plant and state.
    """
    known = dict(repairs or {})
    for name in known:
        if name not in plant.machines:
            raise ValueError(f"repairs: no machine {name!r}; there are {', '.join(plant.machines)}")
    remarks = []
    for name, machine in state.machines.items():
        if machine.down is not None and name not in known and up_again(plant, state, name) >= FOREVER:
            known[name] = state.now + UNKNOWN_REPAIR
            after = duration(UNKNOWN_REPAIR)
            remarks.append(
                f"nothing says when machine {name!r} will be up; planned as if in {after} (give repairs=...)"
            )
    known = {name: end for name, end in known.items() if state.machines[name].down is not None}
    if not known:
        return plant, state, remarks
    known = {place: end for name, end in known.items() for place in plant.together(name)}
    machines, changed = dict(plant.machines), state.copy()
    for name, end in known.items():
        if state.machines[name].down is not None:
            apply(plant, changed, Repaired(state.now, name))
        if end > state.now:
            machines[name] = replace(machines[name], outages=(*machines[name].outages, (state.now, end)))
    return replace(plant, machines=machines), changed, remarks


@dataclass(frozen=True, slots=True)
class Move:
    """A step that a new plan has on another machine, at another place in its sequence, or at another time."""

    order: str
    step: int
    old: Slot
    new: Slot
    is_elsewhere: bool
    is_reordered: bool

    @property
    def later(self) -> int:
        """Milliseconds by which it begins later; negative if earlier."""
        return self.new.start - self.old.start

    def words(self) -> str:
        """The move as a sentence."""
        how = []
        if self.is_elsewhere:
            how.append(f"goes from {self.old.machine} to {self.new.machine}")
        if self.is_reordered:
            how.append(f"has another place in the sequence of {self.new.machine}")
        if self.later:
            how.append(f"begins {duration(abs(self.later))} {'later' if self.later > 0 else 'earlier'}")
        return f"{self.order}, step {self.step}: {', '.join(how)}"


def moved(old: Plan, new: Plan, *, more_than: int = 0) -> list[Move]:
    """What *new* does otherwise than *old*, of the steps that both have; in the new plan's order.

    A change of time alone counts when it is *more_than* so many milliseconds. A step has another place in its
    machine's sequence when one that both plans have there has come before it, or no longer does.
    """
    before = {(slot.order, slot.step): slot for slot in old.slots}
    after = {(slot.order, slot.step): slot for slot in new.slots}
    reordered = _reordered(before, after)
    found = []
    for key, slot in after.items():
        if key not in before:
            continue
        move = Move(*key, before[key], slot, before[key].machine != slot.machine, key in reordered)
        if move.is_elsewhere or move.is_reordered or abs(move.later) > more_than:
            found.append(move)
    return found


def _reordered(before: Mapping[tuple[str, int], Slot], after: Mapping[tuple[str, int], Slot]) -> set[tuple[str, int]]:
    """The steps with another step before or behind them than in the old sequence of the same machine."""
    machines = {slot.machine for slot in after.values()}
    found: set[tuple[str, int]] = set()
    for machine in machines:
        both = [
            k for k, slot in after.items() if slot.machine == machine and k in before and before[k].machine == machine
        ]
        old = sorted(both, key=lambda k: (before[k].setup_start, before[k].start, before[k].end))
        new = sorted(both, key=lambda k: (after[k].setup_start, after[k].start, after[k].end))
        places = {key: place for place, key in enumerate(new)}
        for a, b in zip(old, old[1:], strict=False):
            if places[a] > places[b]:
                found |= {a, b}
    return found


def changes(old: Plan, new: Plan) -> int:
    """How many steps go to another machine, and how many come before the one that they were to follow."""
    before = {(slot.order, slot.step): slot for slot in old.slots}
    after = {(slot.order, slot.step): slot for slot in new.slots}
    elsewhere = sum(1 for key, slot in after.items() if key in before and before[key].machine != slot.machine)
    return elsewhere + sum(1 for a, b in pairs_in_force(old, set(after)) if after[a].setup_start > after[b].setup_start)


def pairs_in_force(old: Plan, still: set[tuple[str, int]]) -> list[tuple[tuple[str, int], tuple[str, int]]]:
    """Each two steps, of those that are *still* to begin, that follow each other on a machine."""
    found = []
    for row in old.by_machine().values():
        keys = [(slot.order, slot.step) for slot in row if (slot.order, slot.step) in still]
        found += list(zip(keys, keys[1:], strict=False))
    return found
