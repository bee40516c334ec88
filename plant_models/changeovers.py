"""Changing machines over from one product family to another, and cleaning them in between."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Attributes = Mapping[str, str]
"""What matters of a product family when machines are changed over: colour, width, allergens, ... by name."""
Table = Mapping[str, Mapping[str, int]]
"""From what, to what: milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeChange:
    """How long it takes to change one attribute, in milliseconds: *default* where the table is silent."""

    times: Table = field(default_factory=dict)
    default: int = 0

    def time(self, before: str | None, after: str | None) -> int:
        """Milliseconds from one value to another; zero where nothing changes or one of them is not known."""
        if before is None or after is None or before == after:
            return 0
        return self.times.get(before, {}).get(after, self.default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaning:
    """Cleaning that is needed before what must not meet what was there, in milliseconds on top of the changeover.

    The values of *attribute* are words with commas between them (``milk, nuts``). Without *pairs* a machine is cleaned
    when the family before has a word that the next has not: an allergen that must not be carried over. With *pairs* it
    is cleaned when a word before and one of those that *pairs* gives for it after come together: a forbidden
    transition.
    """

    id: str
    attribute: str
    time: int
    pairs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def is_needed(self, before: str | None, after: str | None) -> bool:
        """Whether a machine is cleaned between two values of the attribute; None says that a family has none."""
        had, has = _words(before), _words(after)
        if not self.pairs:
            return not had <= has
        return any(other in has for word in had for other in self.pairs.get(word, ()))


def _words(value: str | None) -> set[str]:
    return {word for part in (value or "").split(",") if (word := part.strip())}


@dataclass(frozen=True, slots=True, kw_only=True)
class Changeover:
    """How long it takes to change a machine from one product family to another, in milliseconds.

    It is the time from family to family (*times*, *default* where the table is silent), and on top of it the time for
    each of the *attributes* that changes, and each of the *cleanings* that is needed. A machine that was changed over
    works on *least_run* orders of the family before it is changed again, as long as any of them could be taken.
    """

    id: str
    times: Table = field(default_factory=dict)
    default: int = 0
    attributes: Mapping[str, AttributeChange] = field(default_factory=dict)
    cleanings: tuple[Cleaning, ...] = ()
    least_run: int = 0

    def __post_init__(self) -> None:
        if self.least_run < 0:
            raise ValueError(f"changeover {self.id!r}: the least run must be zero orders or more, not {self.least_run}")

    def time(self, before: str | None, after: str, known: Mapping[str, Attributes] | None = None) -> int:
        """Milliseconds to change from one family to another, whose attributes are *known* by family.

        Zero from a family to itself and from a machine that is not set up for anything.
        """
        if before is None or before == after:
            return 0
        total = self.times.get(before, {}).get(after, self.default)
        if not self.attributes and not self.cleanings:
            return total
        had, has = (known or {}).get(before, {}), (known or {}).get(after, {})
        total += sum(change.time(had.get(name), has.get(name)) for name, change in self.attributes.items())
        return total + sum(cleaning.time for cleaning in self.needed(before, after, known))

    def needed(self, before: str | None, after: str, known: Mapping[str, Attributes] | None = None) -> list[Cleaning]:
        """The cleanings between two families."""
        if before is None or before == after:
            return []
        had, has = (known or {}).get(before, {}), (known or {}).get(after, {})
        return [c for c in self.cleanings if c.is_needed(had.get(c.attribute), has.get(c.attribute))]
