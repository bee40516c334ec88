"""Journal: everything that happened, who did it, and whether it is still as it was written."""

from collections import deque

import msgspec
import pandas as pd
import streamlit as st

from plant_models.deeds import Deed
from plant_models.errors import CorruptJournal
from plant_models.events import Fact
from twin.journal import Entry
from ui import session, tables
from ui.records import deeds_frame, facts_frame
from ui.views import watch

MOST = 1000
"""How many entries are listed at once, the newest first."""


def page() -> None:
    """The journal."""
    st.title("Journal")
    journal = session.desk().journal
    count = len(journal)
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        what = st.segmented_control("Show", ["Deeds", "Facts", "All", "Film"], default="Deeds", key="what")
    with right:
        is_asked = st.button("Verify", icon=":material/verified:", width="stretch", key="verify")
    if is_asked:
        try:
            journal.verify()
            st.success(
                f"{count:,} entries, each as it was written. Head `{journal.head[:16]}`", icon=":material/verified:"
            )
        except CorruptJournal as error:
            st.error(str(error), icon=":material/gpp_bad:")
    if what == "Film":
        watch.journal("journal")
        return
    words = st.text_input("Find", placeholder="an order, a machine, a name, a plan …", key="find")
    rows = _rows(str(what), words.strip().lower())
    st.caption(f"{len(rows):,} shown of {count:,}, newest first" + (f"; at most {MOST:,}" if len(rows) == MOST else ""))
    if rows:
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch", height=520)
    else:
        st.info("Nothing found.", icon=":material/search_off:")
    one, two, _ = st.columns([1, 1, 3])
    one.download_button(
        "Facts as CSV", _facts_csv, "facts.csv", "text/csv", icon=":material/download:", width="stretch"
    )
    two.download_button(
        "Deeds as CSV", _deeds_csv, "deeds.csv", "text/csv", icon=":material/download:", width="stretch"
    )


def _facts_csv() -> str:
    return facts_frame(session.desk().journal.facts()).to_csv(index=False)


def _deeds_csv() -> str:
    return deeds_frame(session.desk().journal.deeds()).to_csv(index=False)


def _rows(what: str, words: str) -> list[dict[str, object]]:
    kept: deque[dict[str, object]] = deque(maxlen=MOST)
    for entry in session.desk().journal.entries():
        is_deed = isinstance(entry.entry, Deed)
        if (what == "Deeds" and not is_deed) or (what == "Facts" and is_deed):
            continue
        row = _row(entry)
        if not words or words in " ".join(map(str, row.values())).lower():
            kept.append(row)
    return list(reversed(kept))


def _row(entry: Entry) -> dict[str, object]:
    inside = entry.entry
    data = msgspec.to_builtins(inside)
    kind = data.pop("kind")
    plan = getattr(inside, "plan", None)
    if plan is not None:
        data["plan"] = f"{plan.digest[:8]} ({plan.source}, {len(plan.slots)} steps)"
    by = data.pop("by", "floor")
    data.pop("at", None)
    time = data.pop("time", None)
    at = (
        tables.clock(session.desk().scenario.epoch, time / 3_600_000)
        if isinstance(inside, Fact) and time is not None
        else ""
    )
    about = ", ".join(f"{key} {_short(value)}" for key, value in data.items() if value not in ("", None, [], {}))
    return {
        "no.": entry.seq,
        "written (UTC)": f"{entry.written_at:%Y-%m-%d %H:%M:%S}",
        "on the floor": at,
        "who": by,
        "what": kind,
        "about": about,
    }


def _short(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return f"{len(value)} ({', '.join(map(str, value[:3]))}{' …' if len(value) > 3 else ''})"
    if isinstance(value, dict):
        return ", ".join(f"{key} {part}" for key, part in list(value.items())[:4] if part is not None)
    text = str(value)
    return text[:8] if len(text) == 64 else text
