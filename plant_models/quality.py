"""What makes pieces good or bad, and who finds out: characteristics that are measured, inspections and what follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, inf
from typing import Literal

from plant_models.distributions import Distribution


@dataclass(frozen=True, slots=True, kw_only=True)
class Characteristic:
    """Something that is measured on pieces when a step is finished: a diameter, a weight, a torque.

    Values are normal around *target*, with standard deviation *sd*, and the mean moves with the state of the process:
    by *machine_offset* of the machine, by *per_wear* for each level of its wear, and by *per_hour* for each hour that
    it has worked since its last repair or maintenance. They are told to the next whole *resolution*. One piece of each
    order is measured and told; all pieces vary alike and independently.

    A piece above *upper* or below *lower* (None: no limit) is defective. With ``found="at_once"`` every piece is looked
    at in line and defective ones are scrap; else they go on, and are found by an inspection or not at all.
    """

    id: str
    target: float
    sd: float = 0.0
    lower: float | None = None
    upper: float | None = None
    unit: str = ""
    resolution: float = 0.001
    per_wear: float = 0.0
    per_hour: float = 0.0
    machine_offset: Mapping[str, float] = field(default_factory=dict)
    found: Literal["at_once", "at_inspection"] = "at_inspection"

    def __post_init__(self) -> None:
        where = f"characteristic {self.id!r}"
        if not 0 <= self.sd < inf:
            raise ValueError(f"{where}: the standard deviation must be a number of at least 0, not {self.sd}")
        if not 0 < self.resolution < inf:
            raise ValueError(f"{where}: the resolution must be a number above 0, not {self.resolution}")
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            raise ValueError(f"{where}: the lower limit, {self.lower}, must be below the upper one, {self.upper}")

    def mean(self, machine: str, wear: int, hours: float) -> float:
        """The mean of what comes from *machine* at that level of wear, *hours* after it was last repaired."""
        return self.target + self.machine_offset.get(machine, 0.0) + self.per_wear * wear + self.per_hour * hours

    def told(self, value: float) -> float:
        """A value as the gauge tells it: to the next whole resolution."""
        return round(round(value / self.resolution) * self.resolution, 12)

    def is_out(self, value: float) -> bool:
        """Whether a piece with that value is defective."""
        return (self.lower is not None and value < self.lower) or (self.upper is not None and value > self.upper)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """Somebody looks for defects when a step is finished, on the machine that did it.

    *share* of the orders are looked at, and then all their pieces; or that share of the pieces of every order
    (*of*), rounded up. Defective pieces that are looked at fail, but for the share *false_pass*; of the good ones, the
    share *false_fail* fails. What was missed can be found by a later inspection. It takes *duration* longer, for an
    order that is inspected or for each piece (*per*).

    What happens to pieces that fail (*on_fail*): they are scrapped; or the order goes back to *rework_to*, where the
    failed pieces alone are worked on until they come to this step again, and are always inspected again; or the whole
    order is held for *hold_time*, after which the share *freed* of the held orders goes on as it is and the rest is
    scrapped. An order that was sent back *limit* times (None: any number) is not sent back again: what fails then is
    scrap.
    """

    share: float = 1.0
    of: Literal["orders", "pieces"] = "orders"
    duration: Distribution | None = None
    per: Literal["order", "unit"] = "order"
    false_fail: float = 0.0
    false_pass: float = 0.0
    on_fail: Literal["scrap", "rework", "hold"] = "scrap"
    rework_to: str | None = None
    limit: int | None = None
    hold_time: Distribution | None = None
    freed: float = 1.0

    def __post_init__(self) -> None:
        for what in ("share", "false_fail", "false_pass", "freed"):
            if not 0 <= getattr(self, what) <= 1:
                raise ValueError(f"inspection: {what} must be a share from 0 to 1, not {getattr(self, what)}")
        if (self.on_fail == "rework") != (self.rework_to is not None):
            raise ValueError("inspection: wanted 'on_fail: rework' and 'rework_to', the step it goes back to, together")
        if self.limit is not None and (self.on_fail != "rework" or self.limit < 0):
            raise ValueError("inspection: a limit of zero or more belongs to 'on_fail: rework'; wanted both, or none")
        if (self.on_fail == "hold") != (self.hold_time is not None):
            raise ValueError("inspection: wanted 'on_fail: hold' and 'hold_time', how long orders are held, together")
        if self.on_fail != "hold" and self.freed != 1:
            raise ValueError("inspection: 'freed' is a share of held orders; wanted 'on_fail: hold' with it")

    def pieces(self, quantity: int) -> int:
        """How many of *quantity* pieces are looked at in an order that is inspected."""
        return quantity if self.of == "orders" else ceil(round(self.share * quantity, 9))

    def expected(self, quantity: int) -> float:
        """Mean milliseconds that inspecting makes a step with *quantity* pieces longer."""
        if self.duration is None:
            return 0.0
        inspected = self.share if self.of == "orders" else float(self.pieces(quantity) > 0)
        return self.duration.mean * inspected * (self.pieces(quantity) if self.per == "unit" else 1)
