"""Batch machines: ovens, washers, autoclaves, which work on several orders at once."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """How a machine works on several orders at once, in the time of the one with the most work.

    It takes *most* orders at most (or pieces, see *counts*) and does not start with fewer than *least*, unless the
    first of them has waited *longest_wait* milliseconds since it could be taken (None: however long). *by* says what
    the orders of a batch have in common: the product and its step, the product family, the name of the operation, or
    nothing. An order that is larger than *most* is worked on alone. Where their step uses up materials, the batch is of
    those for which there is enough together, first come first; it uses up for all of them what each of them needs.
    """

    most: int
    least: int = 1
    by: Literal["product", "family", "operation", "any"] = "family"
    longest_wait: int | None = None
    counts: Literal["orders", "pieces"] = "orders"

    def __post_init__(self) -> None:
        if self.most < 1:
            raise ValueError(f"batch: the most must be at least 1, not {self.most}")
        if not 1 <= self.least <= self.most:
            raise ValueError(f"batch: the least must be 1 to {self.most} (the most), not {self.least}")
        if self.longest_wait is not None and self.longest_wait < 0:
            raise ValueError(f"batch: the longest wait must be zero or more, not {self.longest_wait} ms")
