"""Where results appear: the working folder of a run, what replaces earlier results, and the report.

`session` imports it; it imports the room above.
"""
