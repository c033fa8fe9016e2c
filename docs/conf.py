"""How Sphinx builds the manual: `sphinx-build -W -b html docs docs/_build`."""

project = "nb_refactor"
html_title = "nb_refactor"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
html_theme = "furo"
exclude_patterns = ["_build"]
myst_heading_anchors = 4
# Links out of the manual, to the repository's own files, are checked by the tests.
suppress_warnings = ["myst.xref_missing", "myst.header", "misc.highlighting_failure"]
