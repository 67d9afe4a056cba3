"""The master, the program of a run's Job: it asks the scheduler, and does what that says on the API server."""
