"""The pages, each a function: Floor, What-if, Schedule, Journal.

Not called pages: Streamlit takes every file of a folder of that name beside the script for a page of its own.
"""

__all__: list[str] = []
