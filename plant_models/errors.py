"""The five errors that a caller may want to handle; everything else is a programmer's mistake."""


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
