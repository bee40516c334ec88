"""A trained policy at work: plain arrays, no torch, and a rule to fall back on."""

import hashlib
import io
import math
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from plant_models.plant import Plant
from rl.asking import SCORE, THINK, ask
from rl.card import ARRAYS, Card, from_file, to_file
from rl.features import SCHEMA, Matrix, told_of
from rl.minds import TOLD, Lying
from rl.network import in_line, room, shapes
from rl.sight import CONTEXT, FEATURES
from rl.thinking import Knowing, enter
from rl.worktimes import patience
from twin.compiled.layout import Layout
from twin.decisions import Choice, Decision, Wait
from twin.native import Entrance
from twin.policies.rules import RULES, rule
from twin.state import State

SHIPPED = Path(__file__).parent / "policies"
"""Where the policies that come with the package are."""

MARGIN = 0.25
"""How far outside its range in training a feature may be, as a share of the range."""

_LARGEST = 16_000_000
Arrays = Mapping[str, NDArray[np.float32]]


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
        self.otherwise = rule(card.fallback)
        self._arrays = {name: np.asarray(array, dtype=np.float32) for name, array in arrays.items()}
        self._known = {} if self.distrust else {"weights": in_line(self._arrays, *card.layers), **_bounds(card)}

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
        count = len(decision.options)
        mind = self._mind(told_of(plant, state, decision), count)
        best: int = ask(mind.address, THINK, count, state.unfinished)
        if best < 0:
            return self._fall_back(_outside(-1 - best), plant, state, decision)
        if best < count:
            return decision.options[best]
        return Wait(decision.time + patience(plant, state, decision))

    @property
    def code(self) -> Entrance:
        """The way into the compiled floor on which it decides."""
        return enter

    def refusals(self) -> Sequence[str]:
        """Why it cannot decide in machine code."""
        return (f"the policy was {self.distrust}",) if self.distrust else ()

    def mind(self, layout: Layout) -> Knowing:
        """What it knows on a compiled floor that is laid out so."""
        most = len(layout.orders)
        return Knowing(self._mind(np.zeros(most * len(TOLD)), most), layout)

    def scores(self, rows: Matrix) -> NDArray[np.float64]:
        """A score for each row of features, shape (rows,); the highest is taken."""
        mind = self._mind(np.zeros(0), len(rows), np.array(rows, dtype=np.float64))
        first = ask(mind.address, SCORE, len(rows), 0)
        return mind.arrays["inside"][first : first + len(rows)]

    def _mind(self, told: NDArray[np.float64], count: int, rows: NDArray[np.float64] | None = None) -> Lying:
        """Room for a decision between so many options, and what the network is."""
        width, wide = self.card.layers
        most = count + 1
        changing = {
            "told": told,
            "rows": np.zeros(most * len(FEATURES)) if rows is None else rows,
            "inside": np.zeros(room(most, width, wide)),
        }
        return Lying({**changing, **self._known}, width=width, score_width=wide, waits=self.card.waits)

    def _fall_back(self, why: str, plant: Plant, state: State, decision: Decision) -> Choice:
        self.fallbacks[why] += 1
        return self.otherwise(plant, state, decision)


def _bounds(card: Card) -> dict[str, NDArray[np.float64]]:
    """Between what each feature may lie: the range in training and a margin; anything where none is known."""
    lows, highs = np.full(len(FEATURES), -np.inf), np.full(len(FEATURES), np.inf)
    for column, name in enumerate(FEATURES[:-1]):
        seen = card.envelope.get(name)
        if seen is not None:
            margin = MARGIN * (seen.high - seen.low) + 1e-6
            lows[column], highs[column] = seen.low - margin, seen.high + margin
    return {"low": lows, "high": highs}


def _outside(column: int) -> str:
    """That a feature is not within what was seen in training."""
    of = "the decision's" if column >= CONTEXT else "an order's"
    return f"{of} {FEATURES[column]} is outside what was seen in training"


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
