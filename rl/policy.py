"""A trained policy at work: plain arrays, no torch, and a rule to fall back on."""

import hashlib
import io
import math
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from plant_models.plant import Plant
from rl.card import ARRAYS, Card, from_file, to_file
from rl.features import CONTEXT, FEATURES, SCHEMA, Matrix, features
from rl.worktimes import patience
from twin.decisions import Choice, Decision, Wait
from twin.policies.rules import RULES, rule
from twin.state import State

SHIPPED = Path(__file__).parent / "policies"
"""Where the policies that come with the package are."""

MARGIN = 0.25
"""How far outside its range in training a feature may be, as a share of the range."""

_LARGEST = 16_000_000
_CHECKED = tuple(range(FEATURES.index("wait")))
Arrays = Mapping[str, NDArray[np.float32]]


def shapes(width: int, score_width: int) -> dict[str, tuple[int, ...]]:
    """The arrays of a candidate network: two layers for each candidate, two from candidate and pool to its score."""
    return {
        "candidate.0.weight": (width, len(FEATURES)),
        "candidate.0.bias": (width,),
        "candidate.2.weight": (width, width),
        "candidate.2.bias": (width,),
        "score.0.weight": (score_width, 3 * width),
        "score.0.bias": (score_width,),
        "score.2.weight": (1, score_width),
        "score.2.bias": (1,),
    }


class LearnedPolicy:
    """A policy that was trained on the twin.

    Where a decision lies outside what it saw in training, or it was trained to see other features than there are
    now, the rule that its card names decides; `fallbacks` counts why. It sees all options, however many there are.
    """

    def __init__(self, card: Card, arrays: Arrays) -> None:
        self.card = card
        self.fallbacks: Counter[str] = Counter()
        self.decisions = 0
        self.distrust = "" if card.schema == SCHEMA else f"trained on features {card.schema}, there are {SCHEMA}"
        self._otherwise = rule(card.fallback)
        self._arrays = {name: np.asarray(array, dtype=np.float32) for name, array in arrays.items()}
        lows, highs = np.full(len(FEATURES), -np.inf), np.full(len(FEATURES), np.inf)
        for column in _CHECKED:
            seen = card.envelope.get(FEATURES[column])
            if seen is not None:
                margin = MARGIN * (seen.high - seen.low) + 1e-6
                lows[column], highs[column] = seen.low - margin, seen.high + margin
        self._lows, self._highs = lows, highs

    @classmethod
    def load(cls, name: str | Path) -> "LearnedPolicy":
        """The policy in a folder, or the shipped one of that name.

        Raises
        ------
        ValueError
            Where there is no such policy, or its files are damaged or do not belong together.
        """
        folder = _folder(name)
        card = from_file(folder)
        if card.fallback not in RULES:
            raise ValueError(f"{folder}: no rule {card.fallback!r} to fall back on; there are {', '.join(RULES)}")
        path = folder / ARRAYS
        return cls(card, _read(path, card))

    def with_card(self, **changes: object) -> "LearnedPolicy":
        """The same arrays with another card."""
        return LearnedPolicy(replace(self.card, **changes), self._arrays)

    def save(self, folder: Path) -> Card:
        """Write card and arrays; the card that is written says which arrays are its own."""
        folder.mkdir(parents=True, exist_ok=True)
        body = io.BytesIO()
        np.savez(body, allow_pickle=False, **self._arrays)
        (folder / ARRAYS).write_bytes(body.getvalue())
        card = replace(self.card, arrays_sha256=hashlib.sha256(body.getvalue()).hexdigest())
        to_file(card, folder)
        return card

    def __call__(self, plant: Plant, state: State, decision: Decision) -> Choice:
        """The option with the highest score, or what the fallback rule says."""
        if len(decision.options) == 1:
            return decision.options[0]
        self.decisions += 1
        if self.distrust:
            return self._fall_back(self.distrust, plant, state, decision)
        rows = features(plant, state, decision, wait=self.card.waits)
        outside = self._outside(rows)
        if outside:
            return self._fall_back(outside, plant, state, decision)
        best = int(self.scores(rows).argmax())
        if best < len(decision.options):
            return decision.options[best]
        return Wait(decision.time + patience(plant, state, decision))

    def scores(self, rows: Matrix) -> NDArray[np.float32]:
        """A score for each row of features; the highest is taken."""
        of = self._arrays
        inside = np.tanh(rows @ of["candidate.0.weight"].T + of["candidate.0.bias"])
        inside = np.tanh(inside @ of["candidate.2.weight"].T + of["candidate.2.bias"])
        pool = np.concatenate([inside.mean(axis=0), inside.max(axis=0)])
        width = inside.shape[1]
        first = of["score.0.weight"]
        scored = np.tanh(inside @ first[:, :width].T + (first[:, width:] @ pool + of["score.0.bias"]))
        found: NDArray[np.float32] = scored @ of["score.2.weight"][0] + of["score.2.bias"][0]
        return found

    def _outside(self, rows: Matrix) -> str:
        """Which feature lies outside the training envelope; empty if none does."""
        orders = rows[: len(rows) - self.card.waits]
        beyond = ((orders < self._lows) | (orders > self._highs)).any(axis=0)
        if not beyond.any():
            return ""
        column = int(beyond.argmax())
        of = "the decision's" if column >= CONTEXT else "an order's"
        return f"{of} {FEATURES[column]} is outside what was seen in training"

    def _fall_back(self, why: str, plant: Plant, state: State, decision: Decision) -> Choice:
        self.fallbacks[why] += 1
        return self._otherwise(plant, state, decision)


def names() -> tuple[str, ...]:
    """The policies that come with the package."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob("*/card.json")))


def _folder(name: str | Path) -> Path:
    for folder in (Path(name), SHIPPED / name):
        if folder.is_dir():
            return folder
    shipped = ", ".join(names()) or "none"
    raise ValueError(f"no policy {str(name)!r}: neither a folder nor one that is shipped; there are {shipped}")


def _read(path: Path, card: Card) -> dict[str, NDArray[np.float32]]:
    """The arrays of a policy, if they are what the card says."""
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError(f"{path}: {path.stat().st_size} bytes; a policy has at most {_LARGEST}")
        body = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: the policy's arrays cannot be read ({error.strerror})") from None
    digest = hashlib.sha256(body).hexdigest()
    if digest != card.arrays_sha256:
        raise ValueError(f"{path}: not the arrays that the card was written for (sha256 {digest[:12]}...)")
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (ValueError, zipfile.BadZipFile, EOFError, OSError, KeyError, AttributeError) as error:
        raise ValueError(f"{path}: no plain arrays: {error}") from None
    if card.schema == SCHEMA:
        _check(path, arrays, card)
    return arrays


def _check(path: Path, arrays: Arrays, card: Card) -> None:
    wanted = shapes(*card.layers)
    if set(arrays) != set(wanted):
        raise ValueError(f"{path}: arrays {', '.join(sorted(arrays)) or 'none'}; wanted {', '.join(wanted)}")
    for name, shape in wanted.items():
        array = arrays[name]
        if array.shape != shape or array.dtype != np.float32 or not math.isfinite(float(array.sum())):
            raise ValueError(f"{path}: {name} is {array.dtype} {array.shape}; wanted finite float32 {shape}")
