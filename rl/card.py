"""A policy's card: what it is, what it saw, how it did, and where it should not be trusted."""

from datetime import datetime
from pathlib import Path

import msgspec

CARD = "card.json"
ARRAYS = "weights.npz"


class Range(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one feature was seen to be in training."""

    low: float
    high: float


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The policy against one rule on the same seeds.

    *difference* is policy less rule (below zero: the policy costs less), with its confidence interval, all as a
    share of the rule's mean cost. Costs are in hours, weighted where the objective is.
    """

    rule: str
    policy_cost: float
    rule_cost: float
    difference: float
    low: float
    high: float
    verdict: str


class Exam(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the policy did on seeds that it had not seen."""

    book: str
    runs: int
    seed: int
    confidence: float
    best_rule: str
    lines: tuple[Line, ...]


class Card(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comes with the arrays of a trained policy, and without which they are not used.

    *envelope* gives the range of each feature in training; outside it the rule *fallback* decides. *layers* are the
    widths of the candidates' and of the score's network. *books* are the order books of its lessons with the rule
    *teacher*, *steps* the decisions that it learned from by itself after that. *arrays_sha256* is the digest of the
    arrays' file.
    """

    name: str
    scenario: str
    plant_sha256: str
    objective: str
    waits: bool
    schema: str
    layers: tuple[int, int]
    books: int = 0
    steps: int
    seed: int
    teacher: str
    first_training_seed: int
    trained_at: datetime
    fallback: str
    envelope: dict[str, Range]
    exams: tuple[Exam, ...]
    arrays_sha256: str
    made_with: dict[str, str] = {}


def to_file(card: Card, folder: Path) -> None:
    """Write the card into the policy's folder."""
    text = msgspec.json.format(msgspec.json.encode(card), indent=1)
    (folder / CARD).write_bytes(text + b"\n")


def from_file(folder: Path) -> Card:
    """The card in the policy's folder.

    Raises
    ------
    ValueError
        Where there is none or it is none, with the place and what was expected.
    """
    path = folder / CARD
    try:
        return msgspec.json.decode(path.read_bytes(), type=Card)
    except OSError as error:
        raise ValueError(f"{path}: no policy card can be read here ({error.strerror})") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: not a policy card: {error}") from None
