"""The screen of pods: find those that are to go, and let them go by a plan."""
