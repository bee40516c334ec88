"""The 34 key performance indicators of ISO 22400-2 by name, from times and counts that somebody has classified.

Arguments are the standard's elements under their abbreviations: APT actual production time, AUST actual unit setup
time, AUPT actual unit processing time (APT + AUST), ADET actual unit delay time, AUBT actual unit busy time, ADOT
actual unit down time, PBT planned busy time, AOET actual order execution time, PQ, GQ, SQ, RQ produced, good, scrap and
rework quantity, PSQ planned scrap quantity, GP good parts at the first pass of IP inspected parts, CM consumed
material, FE failure events. A sum over work units or failures may be given as one number or one by one.

All times in one unit. None means not known: the denominator is zero. Nothing is clipped: an effectiveness above 1
says that the planned run times are too long, and that is worth seeing. Figures of several work units come from the sums
of their elements (`total`), never from a mean of ratios.

References
----------
ISO 22400-2:2014, Automation systems and integration: key performance indicators for manufacturing operations
management, part 2: definitions and descriptions.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Literal

from twin.indicators import Indicator, find, listed, product, ratio

KPIS: dict[str, Indicator] = {}
"""Every indicator of the standard by its number, K01 to K34."""

Several = float | Iterable[float]
"""One number, or the parts that sum to it."""

_DRAFT = "ISO 22400-2, draft text as NIST's MTConnect indicator tool quotes it"
_RESTATED = "ISO 22400-2 as restated in public, not held against the paid text"


def kpi(number_or_name: str) -> Indicator:
    """An indicator of the standard by number ("K06") or name ("OEE index").

    Raises
    ------
    KeyError
        Where there is none, with those that there are.
    """
    return find(KPIS, number_or_name)


def planned_busy_time(pot: float, pdot: float) -> float:
    """PBT: the planned operation time less the planned down time."""
    return pot - pdot


def actual_unit_processing_time(apt: float, aust: float) -> float:
    """AUPT: production and setup."""
    return apt + aust


def actual_unit_busy_time(apt: float, aust: float, adet: float) -> float:
    """AUBT: production, setup and delays."""
    return apt + aust + adet


def busy_and_down_time(aubt: float, adot: float) -> float:
    """AUBT + ADOT: equal to PBT where every minute of it is classified."""
    return aubt + adot


def actual_order_execution_time(aubt: Several, att: Several, aqt: Several) -> float:
    """AOET of an order that is in one place at a time: busy (AUBT), transport (ATT) and queuing (AQT) times."""
    return _sum(aubt) + _sum(att) + _sum(aqt)


@listed(KPIS, "K01", "Worker efficiency", "APWT / APAT", "ratio", "higher", _DRAFT)
def worker_efficiency(apwt: float, apat: float) -> float | None:
    """The share of a worker's attendance that went into production orders."""
    return ratio(apwt, apat)


@listed(KPIS, "K02", "Allocation ratio", "sum of AUBT / AOET", "ratio", "higher", _DRAFT)
def allocation_ratio(aubt: Several, aoet: float) -> float | None:
    """The share of an order's execution time in which work units were busy with it; the rest it waited or travelled."""
    return ratio(_sum(aubt), aoet)


@listed(KPIS, "K03", "Throughput rate", "PQ / AOET", "items per unit of time", "higher", _DRAFT)
def throughput_rate(pq: float, aoet: float) -> float | None:
    """Pieces produced in a unit of an order's execution time."""
    return ratio(pq, aoet)


@listed(KPIS, "K04", "Allocation efficiency", "AUBT / PBT", "ratio", "higher", _DRAFT)
def allocation_efficiency(aubt: float, pbt: float) -> float | None:
    """The share of the planned busy time in which the work unit was busy."""
    return ratio(aubt, pbt)


@listed(KPIS, "K05", "Utilization efficiency", "APT / AUBT", "ratio", "higher", _DRAFT)
def utilization_efficiency(apt: float, aubt: float) -> float | None:
    """The share of the time with an order in hand that is production."""
    return ratio(apt, aubt)


@listed(KPIS, "K06", "OEE index", "K08 * K09 * K10", "ratio", "higher", _DRAFT)
def oee_index(available: float | None, effective: float | None, good: float | None) -> float | None:
    """Overall equipment effectiveness: availability, effectiveness and quality in one."""
    return product(available, effective, good)


@listed(KPIS, "K07", "NEE index", "AUPT / PBT * K09 * K10", "ratio", "higher", _DRAFT)
def nee_index(processing: float | None, effective: float | None, good: float | None) -> float | None:
    """Net equipment effectiveness: as OEE, but setup is no loss; *processing* is AUPT / PBT."""
    return product(processing, effective, good)


@listed(KPIS, "K08", "Availability", "APT / PBT", "ratio", "higher", _DRAFT)
def availability(apt: float, pbt: float) -> float | None:
    """The share of the planned busy time that is production; setup is a loss here."""
    return ratio(apt, pbt)


@listed(KPIS, "K09", "Effectiveness", "PRI * PQ / APT", "ratio", "higher", _DRAFT)
def effectiveness(prt: float, apt: float) -> float | None:
    """How fast production was against the plan; *prt* is PRI * PQ, and above 1 the planned times are too long."""
    return ratio(prt, apt)


@listed(KPIS, "K10", "Quality ratio", "GQ / PQ", "ratio", "higher", _DRAFT)
def quality_ratio(gq: float, pq: float) -> float | None:
    """The share of the produced pieces that are good."""
    return ratio(gq, pq)


@listed(KPIS, "K11", "Setup ratio", "AUST / AUPT", "ratio", "lower", _DRAFT)
def setup_ratio(aust: float, aupt: float) -> float | None:
    """The share of the processing time (production and setup) that is setup."""
    return ratio(aust, aupt)


@listed(KPIS, "K12", "Technical efficiency", "APT / (APT + ADET)", "ratio", "higher", _DRAFT)
def technical_efficiency(apt: float, adet: float) -> float | None:
    """How much of production and the delays in it is production."""
    return ratio(apt, apt + adet)


@listed(KPIS, "K13", "Production process ratio", "sum of APT / AOET", "ratio", "higher", _DRAFT)
def production_process_ratio(apt: Several, aoet: float) -> float | None:
    """The share of an order's execution time in which it was worked on, over all its work units."""
    return ratio(_sum(apt), aoet)


@listed(KPIS, "K14", "Actual to planned scrap ratio", "SQ / PSQ", "ratio", "lower", _DRAFT)
def actual_to_planned_scrap_ratio(sq: float, psq: float) -> float | None:
    """The scrap there was against the scrap that was planned for."""
    return ratio(sq, psq)


@listed(KPIS, "K15", "First pass yield", "GP / IP", "ratio", "higher", _DRAFT)
def first_pass_yield(gp: float, ip: float) -> float | None:
    """The share of the inspected parts that were good at the first pass, without rework."""
    return ratio(gp, ip)


@listed(KPIS, "K16", "Scrap ratio", "SQ / PQ", "ratio", "lower", _DRAFT)
def scrap_ratio(sq: float, pq: float) -> float | None:
    """The share of the produced pieces that are scrap."""
    return ratio(sq, pq)


@listed(KPIS, "K17", "Rework ratio", "RQ / PQ", "ratio", "lower", _DRAFT)
def rework_ratio(rq: float, pq: float) -> float | None:
    """The share of the produced pieces that must be worked on again."""
    return ratio(rq, pq)


@listed(KPIS, "K18", "Fall-off ratio", "SQ / PQ of the first operation", "ratio", "lower", _DRAFT)
def fall_off_ratio(sq: float, pq1: float) -> float | None:
    """What an operation scraps of the pieces that the first operation of the route produced."""
    return ratio(sq, pq1)


@listed(KPIS, "K19", "Machine capability index", "(USL - LSL) / (6 * s)", "index", "higher", _DRAFT)
def machine_capability(usl: float, lsl: float, s: float) -> float | None:
    """Cm: how many times a machine's own spread (six standard deviations) fits into the tolerance."""
    return ratio(usl - lsl, 6 * s)


@listed(
    KPIS, "K20", "Critical machine capability index", "min(USL - mean, mean - LSL) / (3 * s)", "index", "higher", _DRAFT
)
def critical_machine_capability(usl: float, lsl: float, mean: float, s: float) -> float | None:
    """Cmk: the same towards the nearer limit, so that being off centre counts."""
    return ratio(min(usl - mean, mean - lsl), 3 * s)


@listed(KPIS, "K21", "Process capability index", "(USL - LSL) / (6 * sigma)", "index", "higher", _DRAFT)
def process_capability(usl: float, lsl: float, sigma: float) -> float | None:
    """Cp: how many times the process's spread within subgroups fits into the tolerance (the overall one gives Pp)."""
    return ratio(usl - lsl, 6 * sigma)


@listed(
    KPIS,
    "K22",
    "Critical process capability index",
    "min(USL - mean, mean - LSL) / (3 * sigma)",
    "index",
    "higher",
    _DRAFT,
)
def critical_process_capability(usl: float, lsl: float, mean: float, sigma: float) -> float | None:
    """Cpk: the same towards the nearer limit."""
    return ratio(min(usl - mean, mean - lsl), 3 * sigma)


@listed(KPIS, "K23", "Comprehensive energy consumption", "(sum of M * R + Q) / PQ", "kWh per item", "lower", _DRAFT)
def comprehensive_energy_consumption(energy: Several, exchanged: float, pq: float) -> float | None:
    """Energy that went into a piece: amounts times conversion factors (M * R), plus what was exchanged (Q, signed)."""
    return ratio(_sum(energy) + exchanged, pq)


@listed(KPIS, "K24", "Inventory turns", "TH / average inventory", "per period", "higher", _DRAFT)
def inventory_turns(th: float, average_inventory: float) -> float | None:
    """How often in a period the stock is turned over."""
    return ratio(th, average_inventory)


@listed(KPIS, "K25", "Finished goods ratio", "GQ / CM", "ratio", "higher", _DRAFT)
def finished_goods_ratio(gq: float, cm: float) -> float | None:
    """Good product out of the material consumed, in the same unit."""
    return ratio(gq, cm)


@listed(KPIS, "K26", "Integrated goods ratio", "IGQ / CM", "ratio", "higher", _DRAFT)
def integrated_goods_ratio(igq: float, cm: float) -> float | None:
    """Good product and co-products out of the material consumed, in the same unit."""
    return ratio(igq, cm)


@listed(KPIS, "K27", "Production loss ratio", "PL / CM", "ratio", "lower", _DRAFT)
def production_loss_ratio(pl: float, cm: float) -> float | None:
    """What production loses of the material consumed."""
    return ratio(pl, cm)


@listed(KPIS, "K28", "Storage and transportation loss ratio", "STL / CM", "ratio", "lower", _DRAFT)
def storage_and_transportation_loss_ratio(stl: float, cm: float) -> float | None:
    """What storage and transport lose of the material consumed."""
    return ratio(stl, cm)


@listed(KPIS, "K29", "Other loss ratio", "OL / CM", "ratio", "lower", _DRAFT)
def other_loss_ratio(ol: float, cm: float) -> float | None:
    """What is lost of the material consumed in any other way."""
    return ratio(ol, cm)


@listed(KPIS, "K30", "Equipment load ratio", "PQ / EPC", "ratio", "higher", _DRAFT)
def equipment_load_ratio(pq: float, epc: float) -> float | None:
    """What was produced against what the equipment could produce in the period."""
    return ratio(pq, epc)


@listed(KPIS, "K31", "Mean operating time between failures", "sum of TBF / FE", "unit of time", "higher", _RESTATED)
def mean_operating_time_between_failures(
    tbf: Several, fe: float, *, estimator: Literal["failures", "failures and one"] = "failures"
) -> float | None:
    """How long a work unit operates from one failure to the next.

    With the operating times up to each failure and their number, or with all operating time, the last stretch without
    a failure included (then it is the maximum likelihood estimate under a constant failure rate), "failures" divides
    by FE. Some read the standard as dividing by FE + 1, the number of stretches when the last ended without a failure.
    """
    return ratio(_sum(tbf), fe if estimator == "failures" else fe + 1)


@listed(KPIS, "K32", "Mean time to failure", "sum of TTF / FE", "unit of time", "higher", _RESTATED)
def mean_time_to_failure(ttf: Several, fe: float) -> float | None:
    """How long a work unit runs from being restored to the next failure."""
    return ratio(_sum(ttf), fe)


@listed(KPIS, "K33", "Mean time to restoration", "sum of TTR / FE", "unit of time", "lower", _RESTATED)
def mean_time_to_restoration(ttr: Several, fe: float) -> float | None:
    """How long it takes until a work unit that failed is up again."""
    return ratio(_sum(ttr), fe)


@listed(KPIS, "K34", "Corrective maintenance ratio", "CMT / (CMT + PMT)", "ratio", "lower", _RESTATED)
def corrective_maintenance_ratio(cmt: float, pmt: float) -> float | None:
    """The share of the maintenance time that repairs what failed rather than preventing it."""
    return ratio(cmt, cmt + pmt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements:
    """What a work unit's time and pieces went into, in the words of the standard.

    *apt* is its actual production time, *aust* its actual unit setup time, *adet* its actual unit delay time (it has
    an order and cannot go on), *adot* its actual down time (it could be used and is not: idle or broken down).
    *prt* is the planned run time of what was produced, the sum of planned run time per item times produced quantity
    (PRI times PQ). *pq*, *gq*, *sq* and *rq* are the produced, good, scrap and rework quantity. *fe* counts failure
    events; *ttr* is the time to restoration, summed over them. Of *ip* parts inspected for the first time *gp* were
    good; *pq1* is what of the produced quantity was the first operation of its route. *energy* is what it drew, in
    kWh; None: not known.
    """

    apt: float = 0.0
    aust: float = 0.0
    adet: float = 0.0
    adot: float = 0.0
    prt: float = 0.0
    pq: float = 0.0
    gq: float = 0.0
    sq: float = 0.0
    rq: float = 0.0
    fe: float = 0.0
    ttr: float = 0.0
    ip: float = 0.0
    gp: float = 0.0
    pq1: float = 0.0
    energy: float | None = None

    @property
    def aupt(self) -> float:
        """Actual unit processing time (AUPT): production and setup."""
        return actual_unit_processing_time(self.apt, self.aust)

    @property
    def aubt(self) -> float:
        """Actual unit busy time (AUBT): production, setup and delays."""
        return actual_unit_busy_time(self.apt, self.aust, self.adet)

    @property
    def pbt(self) -> float:
        """Planned busy time (PBT): planned operation time less planned down time, which is all that is classified."""
        return busy_and_down_time(self.aubt, self.adot)

    @property
    def availability(self) -> float | None:
        """Availability: see `availability`."""
        return availability(self.apt, self.pbt)

    @property
    def utilization_efficiency(self) -> float | None:
        """Utilization efficiency: see `utilization_efficiency`."""
        return utilization_efficiency(self.apt, self.aubt)

    @property
    def effectiveness(self) -> float | None:
        """Effectiveness: see `effectiveness`."""
        return effectiveness(self.prt, self.apt)

    @property
    def quality(self) -> float | None:
        """Quality ratio: see `quality_ratio`."""
        return quality_ratio(self.gq, self.pq)

    @property
    def oee(self) -> float | None:
        """Overall equipment effectiveness: see `oee_index`."""
        return oee_index(self.availability, self.effectiveness, self.quality)

    @property
    def first_pass_yield(self) -> float | None:
        """First pass yield: see `first_pass_yield`."""
        return first_pass_yield(self.gp, self.ip)

    def indicators(self, pq1: float | None = None) -> dict[str, float | None]:
        """By number, every indicator of the standard that follows from these elements alone.

        *pq1* is the produced quantity of the first operation where that was elsewhere; left out, it is their own.
        The operating time between failures is the production time, as long as *fe* counts its failures.
        """
        return {
            "K04": allocation_efficiency(self.aubt, self.pbt),
            "K05": self.utilization_efficiency,
            "K06": self.oee,
            "K07": nee_index(ratio(self.aupt, self.pbt), self.effectiveness, self.quality),
            "K08": self.availability,
            "K09": self.effectiveness,
            "K10": self.quality,
            "K11": setup_ratio(self.aust, self.aupt),
            "K12": technical_efficiency(self.apt, self.adet),
            "K15": self.first_pass_yield,
            "K16": scrap_ratio(self.sq, self.pq),
            "K17": rework_ratio(self.rq, self.pq),
            "K18": fall_off_ratio(self.sq, self.pq1 if pq1 is None else pq1),
            "K23": None if self.energy is None else comprehensive_energy_consumption(self.energy, 0, self.pq),
            "K31": mean_operating_time_between_failures(self.apt, self.fe),
            "K33": mean_time_to_restoration(self.ttr, self.fe),
        }


def total(elements: Iterable[Elements]) -> Elements:
    """Several work units as one: the ratios of a plant come from its sums, never from a mean of ratios."""
    every = list(elements)
    sums = {f.name: sum(getattr(e, f.name) for e in every) for f in fields(Elements) if f.name != "energy"}
    drawn = [e.energy for e in every if e.energy is not None]
    return Elements(**sums, energy=sum(drawn) if drawn and len(drawn) == len(every) else None)


def _sum(parts: Several) -> float:
    return float(parts) if isinstance(parts, int | float) else float(sum(parts))
