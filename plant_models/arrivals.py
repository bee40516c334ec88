"""Orders that come by themselves: what nobody has in the book yet, but everybody expects."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from plant_models.distributions import Constant, Distribution
from plant_models.orders import PRIORITIES

ONE = Constant(1)
"""One piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Orders that come one after another, with times *between* them: a renewal process (Poisson, if exponential).

    They are for one *product*, or for several by their shares (*mix*). They are called like it, with numbers from 1:
    "spares-1", "spares-2". The first comes *first* after *start* (left out: as long after it as between two), the last
    before *end*, and no more than *limit* in all; None: they never end. *start* and *end* are milliseconds since the
    epoch.

    *quantity* is spread over numbers of pieces; what is drawn is rounded, and 1 at least. An order is wanted
    *due_after* it came (None: nobody waits for it).
    """

    id: str
    between: Distribution
    product: str | None = None
    mix: Mapping[str, float] = field(default_factory=dict)
    first: Distribution | None = None
    start: int = 0
    end: int | None = None
    limit: int | None = None
    quantity: Distribution = ONE
    due_after: Distribution | None = None
    weight: float = 1.0
    priority: int = 0

    def __post_init__(self) -> None:
        where = f"arrivals {self.id!r}"
        if (self.product is None) == (not self.mix):
            raise ValueError(f"{where}: wanted either a product, or a mix of products with their shares")
        if any(not 0 < share < float("inf") for share in self.mix.values()):
            shown = ", ".join(f"{name}: {share}" for name, share in self.mix.items())
            raise ValueError(f"{where}: the shares of the mix must be more than zero, not {shown}")
        if self.between.mean <= 0:
            raise ValueError(f"{where}: the time between orders must be more than zero")
        if self.quantity.mean <= 0:
            raise ValueError(f"{where}: the quantity must be more than zero")
        if self.start < 0 or (self.end is not None and self.end <= self.start):
            raise ValueError(f"{where}: they start at {self.start} ms, at the epoch or later, and end after that")
        if self.limit is not None and self.limit < 1:
            raise ValueError(f"{where}: the limit must be at least 1 order, not {self.limit}")
        if not 0 <= self.weight < float("inf"):
            raise ValueError(f"{where}: the weight must be a number of at least 0, not {self.weight}")
        if not -PRIORITIES <= self.priority < PRIORITIES:
            raise ValueError(f"{where}: the priority must be {-PRIORITIES} to {PRIORITIES - 1}, not {self.priority}")

    @property
    def is_endless(self) -> bool:
        """Whether orders come for ever."""
        return self.end is None and self.limit is None

    @property
    def shares(self) -> Mapping[str, float]:
        """Its products, each with its share of the orders; they sum to 1."""
        mix = {self.product: 1.0} if self.product is not None else self.mix
        total = sum(mix.values())
        return {name: share / total for name, share in mix.items()}

    def expected(self, come: int, now: int) -> tuple[float, float]:
        """How many more orders are expected once *come* have come by *now*, and by when they have all come.

        Of those that never end, none.
        """
        if self.is_endless:
            return 0.0, now
        pace, since = self.between.mean, max(now, self.start)
        left = float("inf") if self.limit is None else max(0, self.limit - come)
        if self.end is not None:
            left = min(left, max(0, self.end - since) / pace + 1)
        last = since + left * pace if self.end is None else self.end
        return left, last
