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

    def overlaps(self) -> Iterator[tuple[Slot, Slot]]:
        """Pairs of slots that want the same machine at the same time."""
        for slots in self.by_machine().values():
            for before, after in zip(slots, slots[1:], strict=False):
                if after.setup_start < before.end:
                    yield before, after
