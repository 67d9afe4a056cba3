"""What becomes of runs that are there: paused, ended, given up, and deleted when they ended long ago."""
