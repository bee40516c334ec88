"""Changing machines over from one product to another."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Changeover:
    """How long it takes to change a machine from one product family to another, in milliseconds."""

    id: str
    times: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    default: int = 0

    def time(self, before: str | None, after: str) -> int:
        """Milliseconds to change from one family to another.

        Zero from a family to itself and from a machine that is not set up for anything; *default* where the
        table is silent.
        """
        if before is None or before == after:
            return 0
        return self.times.get(before, {}).get(after, self.default)
