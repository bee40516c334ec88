"""How the documentation is built: Markdown pages, and pages that are read off the code so that they cannot drift."""

import sys
import tomllib
from pathlib import Path

_DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(_DOCS / "extensions"))
sys.path.insert(0, str(_DOCS.parent))

project = "Foreshift"
author = "The Foreshift authors"
copyright = "The Foreshift authors, Apache-2.0"
release = tomllib.loads((_DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
version = release

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "from_code"]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}
default_role = "code"
nitpicky = False

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "attrs_block"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 90
napoleon_google_docstring = False
napoleon_numpy_docstring = True
napoleon_use_rtype = False

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["page.css"]
html_title = f"Foreshift {release}"
html_show_sourcelink = False
html_copy_source = False
