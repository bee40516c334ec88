from twin import changes as changes
from twin import estimates as estimates
from twin import iso22400 as iso22400
from twin import journal as journal
from twin import kpi as kpi
from twin import policies as policies
from twin import practice as practice
from twin import selecting as selecting
from twin import snapshot as snapshot
from twin import studying as studying
from twin.batch import Batch as Batch
from twin.bottleneck import Bottlenecks as Bottlenecks
from twin.bottleneck import Sensitivity as Sensitivity
from twin.bottleneck import active_periods as active_periods
from twin.bottleneck import bottlenecks as bottlenecks
from twin.bottleneck import sensitivity as sensitivity
from twin.chance import Certain as Certain
from twin.chance import Chance as Chance
from twin.chance import Luck as Luck
from twin.changes.edit import Change as Change
from twin.checks import check_floor as check_floor
from twin.checks import check_policy as check_policy
from twin.comparison import Comparison as Comparison
from twin.comparison import compare as compare
from twin.decisions import Choice as Choice
from twin.decisions import Decision as Decision
from twin.decisions import Policy as Policy
from twin.decisions import Start as Start
from twin.decisions import Wait as Wait
from twin.energy import Energy as Energy
from twin.energy import OrderEnergy as OrderEnergy
from twin.estimates import Estimate as Estimate
from twin.film import Film as Film
from twin.floor import Floor as Floor
from twin.floor import run as run
from twin.flows import Flow as Flow
from twin.flows import LittlesLaw as LittlesLaw
from twin.flows import flow as flow
from twin.flows import littles_law as littles_law
from twin.foresight import Forecast as Forecast
from twin.foresight import OrderForecast as OrderForecast
from twin.foresight import forecast as forecast
from twin.foresight import moved as moved
from twin.gantt import Bar as Bar
from twin.gantt import bars as bars
from twin.indicators import Indicator as Indicator
from twin.journal import Entry as Entry
from twin.journal import Journal as Journal
from twin.journal import replay as replay
from twin.kpi import Kpis as Kpis
from twin.kpi import measure as measure
from twin.lateness import OrderTime as OrderTime
from twin.lateness import OrderTimes as OrderTimes
from twin.lateness import order_times as order_times
from twin.pairs import Pairs as Pairs
from twin.pairs import World as World
from twin.pairs import compare_until as compare_until
from twin.policies.follow import FollowPlan as FollowPlan
from twin.policies.rules import RULES as RULES
from twin.policies.rules import rule as rule
from twin.recipe import Recipe as Recipe
from twin.rehearsal import Rehearsal as Rehearsal
from twin.rehearsal import play_again as play_again
from twin.rehearsal import rehearse as rehearse
from twin.resources_use import ResourceUse as ResourceUse
from twin.resources_use import resource_use as resource_use
from twin.simulated import SimulatedFloor as SimulatedFloor
from twin.snapshot import state_digest as state_digest
from twin.state import MachineState as MachineState
from twin.state import OrderState as OrderState
from twin.state import State as State
from twin.state import apply as apply
from twin.state import opening as opening
from twin.state import status as status
from twin.steady import Precision as Precision
from twin.steady import Settled as Settled
from twin.steady import WarmUp as WarmUp
from twin.steady import rehearse_until as rehearse_until
from twin.steady import settled as settled
from twin.steady import warm_up as warm_up

__all__ = [
    "RULES",
    "Bar",
    "Batch",
    "Bottlenecks",
    "Certain",
    "Chance",
    "Change",
    "Choice",
    "Comparison",
    "Decision",
    "Energy",
    "Entry",
    "Estimate",
    "Floor",
    "Flow",
    "FollowPlan",
    "Forecast",
    "Indicator",
    "Journal",
    "Kpis",
    "LittlesLaw",
    "Luck",
    "MachineState",
    "OrderEnergy",
    "OrderForecast",
    "OrderState",
    "OrderTime",
    "OrderTimes",
    "Pairs",
    "Policy",
    "Precision",
    "Recipe",
    "Rehearsal",
    "ResourceUse",
    "Sensitivity",
    "Settled",
    "SimulatedFloor",
    "Start",
    "State",
    "Wait",
    "WarmUp",
    "World",
    "active_periods",
    "apply",
    "bars",
    "bottlenecks",
    "changes",
    "check_floor",
    "check_policy",
    "compare",
    "compare_until",
    "estimates",
    "flow",
    "forecast",
    "iso22400",
    "journal",
    "kpi",
    "littles_law",
    "measure",
    "moved",
    "opening",
    "order_times",
    "play_again",
    "policies",
    "practice",
    "rehearse",
    "rehearse_until",
    "replay",
    "resource_use",
    "rule",
    "run",
    "selecting",
    "sensitivity",
    "settled",
    "snapshot",
    "state_digest",
    "status",
    "studying",
    "warm_up",
]
