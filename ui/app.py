"""The pages: ``foreshift ui`` opens them. Each page reads; long work goes to a worker; deeds go through the desk."""

import streamlit as st

from ui import session
from ui.views import floor, journal, schedule, whatif

st.set_page_config(page_title="Foreshift", page_icon=":material/factory:", layout="wide")


def _sidebar() -> None:
    with st.sidebar:
        st.markdown(f"**{session.desk().scenario.id}**")
        st.caption(session.desk().scenario.title)
        st.text_input("You are", key="user", value=session.you(), help="Deeds go on record under this name.")
        _connection()


@st.fragment(run_every=2.0)
def _connection() -> None:
    found = session.desk().connection
    if found.words == "Connected":
        st.success(f"Connected  \n`{found.endpoint}`", icon=":material/sensors:")
        st.caption(f"Simulated plant, {found.speed:g}× · heard {found.age:.1f} s ago")
    elif found.endpoint:
        st.warning(f"{found.words}, last word {found.age:.0f} s ago  \n{found.trouble}", icon=":material/sensors_off:")
    else:
        st.info(
            "No plant is followed. Start one with `foreshift plant`, then `foreshift ui --plant ADDRESS`.",
            icon=":material/sensors_off:",
        )


pages = st.navigation(
    [
        st.Page(floor.page, title="Floor", icon=":material/precision_manufacturing:", url_path="floor", default=True),
        st.Page(whatif.page, title="What-if", icon=":material/alt_route:", url_path="whatif"),
        st.Page(schedule.page, title="Schedule", icon=":material/view_timeline:", url_path="schedule"),
        st.Page(journal.page, title="Journal", icon=":material/history:", url_path="journal"),
    ]
)
st.html("<style>.stMainBlockContainer{padding-top:2.6rem;padding-bottom:2rem;max-width:1500px}</style>")
_sidebar()
pages.run()
