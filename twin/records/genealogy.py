"""What is in what: which lots went into an order, and where a lot went, through every level of assembly."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import pandas as pd

from plant_models.events import Consumed, Event, Stored
from plant_models.shifts import HOUR


class Link(NamedTuple):
    """An order used up so much of a lot (*kind* "used"), or so much of a lot came out of it ("made").

    *depth* counts the links on the way from what was asked about, from 0. Quantities are those of this link: how much
    of the lot went that way, whatever became of the rest. *time* is in milliseconds since the epoch.
    """

    depth: int
    kind: Literal["used", "made"]
    material: str
    lot: str
    order: str
    quantity: int
    machine: str
    time: int


@dataclass(frozen=True, slots=True)
class Genealogy:
    """How lots and orders hang together: every time that an order used up some of a lot, or some of one came out of it.

    What an order used up before something came out of it is taken to be in that; what it used up later is not.
    """

    _links: list[Link] = field(default_factory=list)
    _of_order: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _of_lot: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    def made_of(self, order: str) -> list[Link]:
        """All that is in *order*: what it used up, what went into that, and so on (bill of what was built)."""
        return list(self._back(order, len(self._links), 0, set()))

    def went_into(self, material: str, lot: str) -> list[Link]:
        """Where a lot went: the orders that used some of it, the lots that came out of these, and so on (recall).

        Raises
        ------
        KeyError
            Where nothing is known of such a lot.
        """
        if (material, lot) not in self._of_lot:
            known = ", ".join(name for of, name in self._of_lot if of == material) or "none"
            raise KeyError(f"no lot {lot!r} of {material!r} was used or made; there are {known}")
        return list(self._forth((material, lot), -1, 0, set()))

    def orders_with(self, material: str, lot: str) -> list[str]:
        """The orders that have any of a lot in them, directly or through what they were made of."""
        return list(dict.fromkeys(link.order for link in self.went_into(material, lot) if link.kind == "used"))

    @property
    def lots(self) -> list[tuple[str, str]]:
        """Every lot that was used or made, each with its material."""
        return list(self._of_lot)

    def _add(self, link: Link) -> None:
        self._of_order[link.order].append(len(self._links))
        self._of_lot[link.material, link.lot].append(len(self._links))
        self._links.append(link)

    def _back(self, order: str, before: int, depth: int, seen: set[int]) -> Iterator[Link]:
        for number in self._of_order.get(order, ()):
            link = self._links[number]
            if number >= before or link.kind != "used" or number in seen:
                continue
            seen.add(number)
            yield link._replace(depth=depth)
            for made in self._of_lot[link.material, link.lot]:
                if made < number and self._links[made].kind == "made" and made not in seen:
                    seen.add(made)
                    yield self._links[made]._replace(depth=depth + 1)
                    yield from self._back(self._links[made].order, made, depth + 2, seen)

    def _forth(self, lot: tuple[str, str], after: int, depth: int, seen: set[int]) -> Iterator[Link]:
        for number in self._of_lot.get(lot, ()):
            link = self._links[number]
            if number <= after or link.kind != "used" or number in seen:
                continue
            seen.add(number)
            yield link._replace(depth=depth)
            for made in self._of_order[link.order]:
                of = self._links[made]
                if made > number and of.kind == "made" and made not in seen:
                    seen.add(made)
                    yield of._replace(depth=depth + 1)
                    yield from self._forth((of.material, of.lot), made, depth + 2, seen)


def genealogy(facts: Iterable[Event]) -> Genealogy:
    """What *facts* say of which lots went into which orders, and came out of them."""
    found = Genealogy()
    for fact in facts:
        if isinstance(fact, Consumed):
            for lot, quantity in fact.lots:
                found._add(Link(0, "used", fact.material, lot, fact.order, quantity, fact.machine, fact.time))
        elif isinstance(fact, Stored):
            made = Link(0, "made", fact.material, fact.lot, fact.order, fact.quantity, fact.machine, fact.time)
            found._add(made)
    return found


def links_frame(links: Sequence[Link]) -> pd.DataFrame:
    """One row for each link; *time_h* is in hours since the epoch."""
    frame = pd.DataFrame(links, columns=list(Link._fields))
    frame["time_h"] = frame.pop("time") / HOUR
    return frame
