"""How Sphinx builds the guide as a web site: `sphinx-build -W -c docs resources build/docs`."""

project = "ahsml-app"
author = "The ahsml-app authors"
copyright = "2026, The ahsml-app authors"  # noqa: A001 - Sphinx's name

extensions = ["myst_parser"]
root_doc = "guide/index"
include_patterns = ["guide/**"]
myst_heading_anchors = 3
# The guide's own index links every page, in English and in German.
suppress_warnings = ["toc.not_included"]

html_title = project
html_theme = "alabaster"
html_theme_options = {"description": "Find wrong labels in image folders", "fixed_sidebar": True}
