"""What is made of result files: the report.

`session` imports it; it imports the room above.
"""
