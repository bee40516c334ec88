"""What machines and orders share: people, and what they work with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """People who can do the same things, *size* of them."""

    id: str
    size: int = 1

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ValueError(f"crew {self.id!r}: its size must be at least 1, not {self.size}")
