"""How Sphinx builds guide and Python reference as a web site; `packaging/build_site.py` runs it."""

project = "ahsml-app"
author = "The ahsml-app authors"
copyright = "2026, The ahsml-app authors"  # noqa: A001 - Sphinx's name

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_heading_anchors = 3
# The guide's own index links every page, in English and in German.
suppress_warnings = ["toc.not_included"]

# Docstrings are in Google's style, and list the attributes of a class themselves.
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_member_order = "bysource"
autodoc_default_options = {"show-inheritance": False}
add_module_names = False
python_use_unqualified_type_names = True

html_title = project
html_theme = "alabaster"
html_theme_options = {"description": "Find wrong labels in image folders", "fixed_sidebar": True}
