"""The player on a page: one call shows a film of the floor."""

from typing import Literal

import streamlit as st

from ui import scenes, session
from ui.player import Scene, html

HEIGHT = 780
"""Pixels of a player on a page."""


def player(scene: Scene, *, key: str, height: int = HEIGHT) -> None:
    """Show a film, with a button that keeps it as a file; *key* tells it from other films on the page."""
    theme: Literal["light", "dark"] = "dark" if st.context.theme.type == "dark" else "light"
    page = html(scene, theme=theme)
    st.iframe(page, height=height)
    st.download_button(
        "Keep it as a file",
        page,
        "film.html",
        "text/html",
        icon=":material/download:",
        key=f"{key} file",
        on_click="ignore",
        help="One HTML file that opens anywhere, without a network.",
    )


def journal(key: str) -> None:
    """The journal as a film, from its beginning until it was last asked for."""
    desk = session.desk()
    kept = f"{key} film"
    left, right = st.columns([4, 1], vertical_alignment="center")
    if right.button("Up to now", icon=":material/update:", width="stretch", key=f"{key} update") or (
        kept not in st.session_state
    ):
        st.session_state[kept] = scenes.of_journal(desk)
    scene: Scene = st.session_state[kept]
    until = scene.epoch.datetime(scene.film.end)
    left.caption(f"What happened until {until:%a %d %b %H:%M}. Space plays, the arrow keys go from event to event.")
    player(scene, key=key)
