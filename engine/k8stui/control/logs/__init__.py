"""Logs of pods: of one or of many, live or archived, and what their lines mean to a reader."""
