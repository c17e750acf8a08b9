"""Where results appear: the working folder of a run, and what replaces earlier results.

`session` imports `run_folder`; `result_files` of the room above writes what it publishes.
"""
