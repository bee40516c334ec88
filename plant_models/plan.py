"""A plan: which machine works on which order's step, when, in what order. It can be checked, and it has a digest."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator

import msgspec


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """One step of one order on one machine. It takes the machine from *setup_start*; the work is *start* to *end*.

    Times are milliseconds since the epoch; closed hours may lie in between.
    """

    machine: str
    order: str
    step: int
    setup_start: int
    start: int
    end: int


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Slots in order of their setup's start. *made_at* is the floor's time for which the plan was made.

    *source* says who proposed it: a rule, a solver, a trained policy, a person.
    """

    slots: tuple[Slot, ...]
    made_at: int = 0
    source: str = ""

    def __repr__(self) -> str:
        by = f" by {self.source}" if self.source else ""
        return f"<Plan {self.digest[:8]}{by}, {len(self.slots)} slots>"

    @property
    def digest(self) -> str:
        """What the plan is, in 64 hexadecimal digits: equal digests are equal sequences and times.

        Who proposed it does not count.
        """
        body = msgspec.json.encode([self.made_at, self.slots])
        return hashlib.sha256(body).hexdigest()

    def by_machine(self) -> dict[str, tuple[Slot, ...]]:
        """The sequence of each machine."""
        found: dict[str, list[Slot]] = defaultdict(list)
        for slot in sorted(self.slots, key=lambda s: (s.setup_start, s.start, s.end, s.order, s.step)):
            found[slot.machine].append(slot)
        return {machine: tuple(slots) for machine, slots in found.items()}

    def turns(self) -> dict[str, tuple[tuple[Slot, ...], ...]]:
        """The sequence of each machine, with what it does at once together: slots of exactly the same time."""
        found: dict[str, list[list[Slot]]] = defaultdict(list)
        for machine, row in self.by_machine().items():
            turns = found[machine]
            for slot in row:
                if turns and _is_at_once(turns[-1][0], slot):
                    turns[-1].append(slot)
                else:
                    turns.append([slot])
        return {machine: tuple(tuple(turn) for turn in turns) for machine, turns in found.items()}

    def overlaps(self) -> Iterator[tuple[Slot, Slot]]:
        """Pairs of slots that want the same machine at the same time, but for those of one batch (`turns`)."""
        for turns in self.turns().values():
            for before, after in zip(turns, turns[1:], strict=False):
                if after[0].setup_start < before[0].end:
                    yield before[0], after[0]


def _is_at_once(before: Slot, after: Slot) -> bool:
    """Whether two slots of a machine have the same time, and it is more than none."""
    times = before.setup_start, before.start, before.end
    return times == (after.setup_start, after.start, after.end) and before.setup_start < before.end
