"""The five errors that a caller may want to handle; everything else is a programmer's mistake."""

from collections.abc import Mapping
from difflib import get_close_matches


class InvalidPlant(ValueError):
    """A plant, scenario, order or plan that cannot be, and why."""


class Infeasible(ValueError):
    """No plan satisfies what was asked, and what stands in the way."""


class NotApproved(PermissionError):
    """Something was about to reach a floor without a fresh rehearsal and an approval."""


class FloorLost(ConnectionError):
    """The floor does not answer; what happens there now is not known."""


class CorruptJournal(ValueError):
    """The journal was changed after it was written."""


def known_names(what: str, name: str, known: Mapping[str, object]) -> str:
    """That *name* is not known, what it may have meant, and what there is."""
    near = get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ";"
    names = ", ".join(list(known)[:30]) + (f" and {len(known) - 30} more" if len(known) > 30 else "") or "none"
    return f"no {what} {name!r}{hint} there are {names}"
