"""Logs in the artifact store of a run, of pods that are gone."""
