"""An untrained policy whose arrays are drawn by name, for tests that need no training."""

from datetime import UTC, datetime

import numpy as np

from rl.card import Card, Range
from rl.features import SCHEMA
from rl.network import shapes
from rl.policy import LearnedPolicy
from rl.sight import FEATURES, LIMIT
from twin.chance import Chance

LAYERS = (6, 5)


def untrained(*, schema: str = SCHEMA, waits: bool = False, limit: float = LIMIT, seed: int = 11) -> LearnedPolicy:
    """A policy that has an opinion on everything within *limit* and was never told whether it is right."""
    number = Chance(seed).share("test", "net")
    arrays = {}
    for place, (name, shape) in enumerate(shapes(*LAYERS).items()):
        values = [number(place, turn) - 0.5 for turn in range(int(np.prod(shape)))]
        arrays[name] = np.array(values, dtype=np.float32).reshape(shape)
    card = Card(
        name="untrained",
        scenario="small-shop",
        plant_sha256="",
        objective="weighted_tardiness",
        waits=waits,
        schema=schema,
        layers=LAYERS,
        steps=0,
        seed=seed,
        teacher="",
        first_training_seed=0,
        trained_at=datetime(2026, 1, 5, tzinfo=UTC),
        fallback="edd",
        envelope={name: Range(low=-limit, high=limit) for name in FEATURES},
        exams=(),
        arrays_sha256="",
    )
    return LearnedPolicy(card, arrays)
