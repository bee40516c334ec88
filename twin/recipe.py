"""What a rehearsal was made from: all that it takes to get the same numbers again, and one digest of it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass

from plant_models.clock import duration
from plant_models.plant import Plant
from twin.chance import Luck
from twin.decisions import Policy
from twin.policies.follow import FollowPlan
from twin.policies.rules import RULES

ENGINE = "0.1.0"
"""The version of Foreshift: another one may play the same seed another way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All that the numbers of a rehearsal follow from.

    Attributes
    ----------
    plant, state
        The digests of the plant and of the floor's state, its orders included: together, the scenario as it stood.
    policy
        Who decided (`policy_name`).
    chance
        Where the luck of the runs came from.
    seed, first, runs
        The rehearsal's seed, the number of its first run, and how many there are.
    until, warm_up
        Where each run ended (None: when its orders had left), and how much of its beginning was not counted.
    engine
        The version of Foreshift.
    """

    plant: str
    state: str
    policy: str
    chance: str
    seed: int
    first: int
    runs: int
    until: int | None
    warm_up: int
    engine: str = ENGINE

    @property
    def digest(self) -> str:
        """64 hexadecimal digits: equal digests are equal recipes, and give equal results."""
        return _sha256({field.name: getattr(self, field.name) for field in fields(self)})

    def words(self) -> str:
        """The recipe on one line, to be printed with the results."""
        end = "until all orders have left" if self.until is None else f"until {duration(self.until)}"
        first = f" from run {self.first}" if self.first else ""
        warm_up = f", {duration(self.warm_up)} warm-up" if self.warm_up else ""
        return (
            f"run digest {self.digest[:12]}: plant {self.plant[:12]}, state {self.state[:12]}, policy {self.policy}, "
            f"chance {self.chance}, seed {self.seed}, {self.runs} runs{first} {end}{warm_up}, Foreshift {self.engine}"
        )


def plant_digest(plant: Plant) -> str:
    """What the plant is, in 64 hexadecimal digits: equal digests are equal plants, in the same order."""
    return _sha256(_plain(plant))


def policy_name(policy: Policy) -> str:
    """What to call a policy in a record: a rule by its name, a plan by its digest, else what it says of itself.

    A policy with parameters says them in an attribute *name*, or with the digest of what it was trained to be in
    ``card.arrays_sha256``; without either the name of its function or class must do.
    """
    if isinstance(policy, FollowPlan):
        rest = "" if policy.otherwise is None else f", otherwise {policy_name(policy.otherwise)}"
        return f"plan {policy.plan.digest[:12]} with {duration(policy.tolerance)} tolerance{rest}"
    for name, rule in RULES.items():
        if rule is policy:
            return name
    said = getattr(policy, "name", None)
    if isinstance(said, str):
        return said
    what = _title(policy)
    trained = getattr(getattr(policy, "card", None), "arrays_sha256", "")
    return f"{what} {trained[:12]}" if trained else what


def chance_name(chance: Callable[[int], Luck]) -> str:
    """What to call the source of the luck."""
    return _title(chance)


def _title(thing: object) -> str:
    """The name of a function or a class, or of the class of an object."""
    name = getattr(thing, "__qualname__", None)
    return name if isinstance(name, str) else type(thing).__qualname__


def _plain(thing: object) -> object:
    """A noun as lists: its class, then what it was made with, all the way down."""
    if is_dataclass(thing) and not isinstance(thing, type):
        made_with = ((field.name, _plain(getattr(thing, field.name))) for field in fields(thing) if field.init)
        return [type(thing).__name__, *made_with]
    if isinstance(thing, Mapping):
        return [[str(key), _plain(value)] for key, value in thing.items()]
    if isinstance(thing, tuple | list | frozenset):
        return [_plain(part) for part in (sorted(thing) if isinstance(thing, frozenset) else thing)]
    return thing if thing is None or isinstance(thing, bool | int | float | str) else repr(thing)


def _sha256(document: object) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
