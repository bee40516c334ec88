"""Designs: a level for every factor; and a study, as its file describes it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any

from plant_models.errors import InvalidPlant
from twin.changes import Change, to_dict
from twin.studying.factors import Factor, Label, Level, said
from twin.studying.file_model import MethodEntry


@dataclass(frozen=True)
class Design:
    """One variant of the plant: a level for each factor, by name."""  # without slots: it remembers its digest

    levels: Mapping[str, Level]

    @property
    def labels(self) -> dict[str, Label]:
        """What each factor is set to."""
        return {name: level.label for name, level in self.levels.items()}

    @property
    def changes(self) -> tuple[Change, ...]:
        """What makes it of the plant as it is."""
        return tuple(change for level in self.levels.values() for change in level.changes)

    @property
    def cost(self) -> float:
        """What it costs, by the file's own account; 0 where that says nothing."""
        return sum(level.cost for level in self.levels.values())

    @property
    def name(self) -> str:
        """Its levels in one line."""
        return ", ".join(f"{name} {said(label)}" for name, label in self.labels.items())

    def key(self, base: str) -> str:
        """What its runs are kept under: 32 hexadecimal digits of all that they follow from, *base* included."""
        return hashlib.sha256(f"{base} {self._digest}".encode()).hexdigest()[:32]

    @cached_property
    def _digest(self) -> str:
        return digest(self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """What is varied, what is looked at, and what is to be found out; see the attributes of a study file.

    *places* says where each key of the file is, and each factor (``factors.NAME``): file, line, path.
    """

    name: str
    title: str
    scenario: str | None
    changes: tuple[Change, ...]
    factors: tuple[Factor, ...]
    responses: tuple[str, ...]
    method: MethodEntry
    designs: tuple[Design, ...] | None
    rule: str | None
    runs: int
    seed: int
    until: int | None
    warm_up: int
    confidence: float
    places: Mapping[str, str] = field(default_factory=dict, compare=False)

    def wrong(self, key: str, what: object) -> InvalidPlant:
        """The complaint that *what* is wrong at a key of the file, with its place."""
        return InvalidPlant(f"{self.places[key]}: {what}" if key in self.places else str(what))

    @property
    def kind(self) -> str:
        """The method's name."""
        return next(name for name in type(self.method).model_fields if getattr(self.method, name) is not None)

    @property
    def has_costs(self) -> bool:
        """Whether the file says what levels cost."""
        return any(factor.cost or any(level.cost for level in factor.levels) for factor in self.factors)

    def at(self, shares: Mapping[str, float]) -> Design:
        """The design at these shares of the way through each factor."""
        return Design({factor.name: factor.at(shares[factor.name]) for factor in self.factors})

    def all_designs(self) -> tuple[Design, ...]:
        """Those that the file lists, or every combination of levels, the last factor changing fastest."""
        if self.designs is not None:
            return self.designs
        names = [factor.name for factor in self.factors]
        combined = product(*(factor.choices for factor in self.factors))
        return tuple(Design(dict(zip(names, levels, strict=True))) for levels in combined)


def digest(changes: Sequence[Change]) -> str:
    """What these changes come to, 64 hexadecimal digits: the same for the same changes in the same order."""
    told: list[Any] = [_plain(to_dict(change)) for change in changes]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, bool | int | float | str) else repr(value)
