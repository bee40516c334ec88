"""Whether anything may still come of a simulated floor that nobody told when to stop."""

from plant_models.shifts import DAY
from twin.engine.arrivals import Arrivals
from twin.engine.bench import Bench
from twin.engine.maintenances import Maintenances
from twin.engine.people import People
from twin.engine.quality import Quality
from twin.engine.releases import Releases
from twin.engine.stays import Stays
from twin.engine.stocks import Stocks
from twin.engine.stoppages import Stoppages
from twin.needs import lack

_LONG = 366 * DAY
_MANY = 10_000


class Outlook:
    """Sees when a floor is at its end, though orders are on it.

    That is so where nothing that is due could let one go on, and where work ends no more: a machine that always breaks
    down before its work is done, and begins it again, goes round for ever. No work for a year, in which much
    happened, is taken for that.
    """

    def __init__(
        self,
        bench: Bench,
        stoppages: Stoppages,
        people: People,
        maintenances: Maintenances,
        releases: Releases,
        stays: Stays,
        quality: Quality,
        stocks: Stocks | None,
        arrivals: Arrivals | None,
    ) -> None:
        self._bench, self._stoppages, self._people, self._maintenances = bench, stoppages, people, maintenances
        self._releases, self._stays, self._quality, self._stocks = releases, stays, quality, stocks
        self._arrivals = arrivals
        self._in_vain, self._worked_at = 0, bench.worked_at

    def is_over(self, instant: float) -> bool:
        """Whether no order will go on, as the floor stands before what is due at *instant*."""
        if self._arrivals is not None and self._arrivals.is_due:
            return False
        bench = self._bench
        if bench.state.unfinished == 0:
            return True
        if self._worked_at != bench.worked_at:
            self._in_vain, self._worked_at = 1, bench.worked_at
            return bench.is_idling and not self._can_progress(False)
        self._in_vain += 1
        is_in_vain = self._in_vain > _MANY and instant - self._worked_at > _LONG
        return (bench.is_idling or is_in_vain) and not self._can_progress(is_in_vain)

    def _can_progress(self, is_in_vain: bool) -> bool:
        """Whether an order could still go on; breakdowns, repairs and shifts alone bring none further."""
        if self._releases.is_due or self._quality.is_due or (self._stays.is_due and not is_in_vain):
            return True
        return not is_in_vain and any(self._may_go_on(index) for index in range(len(self._bench.machines)))

    def _may_go_on(self, index: int) -> bool:
        bench, machine = self._bench, self._bench.machines[index]
        if not (self._stoppages.may_return(index) and self._people.may_attend(index)):
            return False
        if bench.wiring.drains[index] and not self._maintenances.may_begin(index):
            return False
        if machine.phase in ("setup", "work"):
            return True
        is_held = machine.is_held and machine.held_until is None
        return machine.phase == "idle" and not is_held and self._may_be_asked(index)

    def _may_be_asked(self, index: int) -> bool:
        """Whether there is an order that a machine could take if it were up and open, now or after a while."""
        wiring, state = self._bench.wiring, self._bench.state
        for order in wiring.options(state, index, in_time=True):
            lacking = lack(wiring.checks[index], state, order)
            if lacking is None:
                return True
            is_in_vain = lacking.what == "material" and self._stocks is not None and self._stocks.is_in_vain
            if lacking.is_passing and not is_in_vain:
                return True
        return False
