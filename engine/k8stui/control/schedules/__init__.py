"""The verbs on schedules, a module for each: create, list, suspend and resume, trigger, delete.

`finding` gets their objects, `views` makes them what is shown.
"""
