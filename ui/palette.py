"""Words, icons and colours: the same for a state of a machine on every page, chart and terminal.

References
----------
Okabe & Ito (2008), Color Universal Design: eight colours that people with any colour vision tell apart.
"""

from dataclasses import dataclass

from twin.situations import Part
from twin.state import Stage, Status

INK, MUTED, LINE, PAPER = "#1f2937", "#64748b", "#e2e8f0", "#ffffff"
BLUE, ORANGE, GREEN, SKY = "#0072b2", "#e69f00", "#009e73", "#56b4e9"
VERMILLION, PURPLE, YELLOW, GREY = "#d55e00", "#cc79a7", "#f0e442", "#94a3b8"

FONT = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

PRODUCTS = ("#4f8fc0", "#e9b44c", "#4cae8f", "#d79bbd", "#86c5e8", "#b7a26a", "#7f8fa9", "#d9cf5b")
"""Colours for products, calmer than those of states, so that a state always stands out."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a state looks: a word, an icon (plain text and Material), a colour."""

    word: str
    icon: str
    material: str
    colour: str


STATUS: dict[Status, Look] = {
    "working": Look("Working", "▶", ":material/play_arrow:", GREEN),
    "setup": Look("Setup", "⟳", ":material/autorenew:", ORANGE),
    "unattended": Look("Nobody there", "◇", ":material/person_off:", "#b8860b"),
    "idle": Look("Idle", "○", ":material/radio_button_unchecked:", MUTED),
    "blocked": Look("Blocked", "■", ":material/block:", PURPLE),
    "down": Look("Down", "✖", ":material/report:", VERMILLION),
    "micro_stop": Look("Micro-stop", "!", ":material/front_hand:", "#e8884d"),
    "maintenance": Look("Maintenance", "⚒", ":material/build:", BLUE),
    "closed": Look("Closed", "☾", ":material/bedtime:", "#475569"),
}
"""Every status of a machine."""

STAGES: dict[Stage, str] = {
    "planned": "not released yet",
    "released": "released, outside a full buffer",
    "waiting": "waiting",
    "gathering": "waiting for its other lots",
    "loaded": "on a machine",
    "blocked": "finished, no room to go on",
    "held": "on hold, set aside",
    "split": "on its way in lots",
    "merged": "part of its order again",
    "finished": "finished",
    "turned_away": "turned away",
    "cancelled": "cancelled",
}
"""Every stage of an order, in words."""

VERDICTS = {"better": GREEN, "worse": VERMILLION, "no difference shown": MUTED}
"""What a comparison can say."""

WAITS: dict[Part, str] = {
    "work": "its work",
    "setup": "the changeover of {}",
    "transport": "the end of its way",
    "machine": "a machine: {}",
    "material": "material: {}",
    "vehicle": "transport: {}",
    "held": "whoever decides, though {} is free",
    "behind": "the order before it in the buffer",
    "blocked": "room to go on",
    "hold": "somebody to free it",
    "repair": "the repair of {}",
    "crew": "people: {}",
    "tool": "a tool or carrier: {}",
    "batch": "more orders for a batch on {}",
    "stay": "its time in {} to be over",
    "maintenance": "the maintenance of {}",
    "closed": "opening hours of {}",
    "outside": "room in the buffer",
    "lots": "the other lots of its order",
    "before": "what was before",
}
"""What an order waits for, in words; the braces stand for the name of it."""
