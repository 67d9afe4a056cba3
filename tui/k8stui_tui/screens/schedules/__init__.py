"""The Schedules screen: a table of schedules, the runs of one, and what there is to know of it."""
