"""The evidence for and against a label, beside the gallery.

`gui.app` imports `evidence_panel`; dialogs and class details share its image view and strips.
"""
