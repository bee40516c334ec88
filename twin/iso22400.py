"""Key performance indicators as ISO 22400-2 defines them, from times and counts that somebody has classified.

All times in one unit. None means not known: the denominator is zero. Nothing is clipped: an effectiveness above 1
says that the planned run times are too long, and that is worth seeing.

References
----------
ISO 22400-2:2014, Automation systems and integration: key performance indicators for manufacturing operations
management, part 2: definitions and descriptions.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements:
    """What a work unit's time and pieces went into, in the words of the standard.

    *apt* is its actual production time, *aust* its actual unit setup time, *adet* its actual unit delay time (it has
    an order and cannot go on), *adot* its actual down time (it could be used and is not: idle or broken down).
    *prt* is the planned run time of what was produced, the sum of planned run time per item times produced quantity
    (PRI times PQ). *pq* and *gq* are the produced and the good quantity.
    """

    apt: float = 0.0
    aust: float = 0.0
    adet: float = 0.0
    adot: float = 0.0
    prt: float = 0.0
    pq: float = 0.0
    gq: float = 0.0

    @property
    def aubt(self) -> float:
        """Actual unit busy time (AUBT): production, setup and delays."""
        return self.apt + self.aust + self.adet

    @property
    def pbt(self) -> float:
        """Planned busy time (PBT): planned operation time less planned down time, which is all that is classified."""
        return self.aubt + self.adot

    @property
    def availability(self) -> float | None:
        """Availability: see `availability`."""
        return availability(self.apt, self.pbt)

    @property
    def utilization_efficiency(self) -> float | None:
        """Utilization efficiency: see `utilization_efficiency`."""
        return utilization_efficiency(self.apt, self.aubt)

    @property
    def effectiveness(self) -> float | None:
        """Effectiveness: see `effectiveness`."""
        return effectiveness(self.prt, self.apt)

    @property
    def quality(self) -> float | None:
        """Quality ratio: see `quality_ratio`."""
        return quality_ratio(self.gq, self.pq)

    @property
    def oee(self) -> float | None:
        """Overall equipment effectiveness: see `oee_index`."""
        return oee_index(self.availability, self.effectiveness, self.quality)


def total(elements: Iterable[Elements]) -> Elements:
    """Several work units as one: the ratios of a plant come from its sums, never from a mean of ratios."""
    every = list(elements)
    return Elements(**{f.name: sum(getattr(e, f.name) for e in every) for f in fields(Elements)})


def utilization_efficiency(apt: float, aubt: float) -> float | None:
    """Utilization efficiency: the share of the time with an order in hand that is production, APT / AUBT."""
    return ratio(apt, aubt)


def availability(apt: float, pbt: float) -> float | None:
    """Availability: the share of the planned busy time that is production, APT / PBT. Setup is a loss here."""
    return ratio(apt, pbt)


def effectiveness(prt: float, apt: float) -> float | None:
    """Effectiveness: how fast production was against the plan, PRI * PQ / APT; *prt* is PRI * PQ."""
    return ratio(prt, apt)


def quality_ratio(gq: float, pq: float) -> float | None:
    """Quality ratio: the share of the produced pieces that are good, GQ / PQ."""
    return ratio(gq, pq)


def oee_index(available: float | None, effective: float | None, good: float | None) -> float | None:
    """Overall equipment effectiveness index: availability * effectiveness * quality ratio."""
    if available is None or effective is None or good is None:
        return None
    return available * effective * good


def ratio(part: float, whole: float) -> float | None:
    """*part* of *whole*; None where the whole is nothing."""
    return part / whole if whole else None
