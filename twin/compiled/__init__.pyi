from twin.compiled.floor import CompiledFloor as CompiledFloor
from twin.compiled.kernel import is_kept as is_kept
from twin.compiled.refusing import COMPILED_RULES as COMPILED_RULES
from twin.compiled.refusing import refusals as refusals
from twin.compiled.refusing import refuses_luck as refuses_luck
from twin.compiled.runs import trials as trials

__all__ = ["COMPILED_RULES", "CompiledFloor", "is_kept", "refusals", "refuses_luck", "trials"]
