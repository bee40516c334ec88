"""Which records lie in which of the fixed arrays of a layout."""

from twin.compiled import arrays as a
from twin.compiled import joining, sharing, upkeep_arrays
from twin.compiled.belt_arrays import BeltTerms
from twin.compiled.calendars import Turn
from twin.compiled.fault_arrays import Fault
from twin.compiled.grade_arrays import Characteristic, Grading
from twin.compiled.stock_arrays import StepSupply, StockTerms
from twin.native import Row

ROWS: dict[str, type[Row]] = {
    "fixtures": a.Fixture,
    "terms": a.Terms,
    "spots": a.Spot,
    "stops": a.Stop,
    "stations": a.Station,
    "faults": Fault,
    "belt_terms": BeltTerms,
    "branches": a.Branch,
    "turns": Turn,
    "planned_slots": joining.PlannedSlot,
    "batches": joining.Batch,
    "crew_terms": sharing.CrewTerms,
    "skills": sharing.Skill,
    "tool_terms": sharing.ToolTerms,
    "gradings": Grading,
    "characteristics": Characteristic,
    "levels": upkeep_arrays.Level,
    "tasks": upkeep_arrays.Task,
    "stock_terms": StockTerms,
    "step_supplies": StepSupply,
}
"""By the field of the world that has the array's address."""
