"""Artifact stores as this machine opens them: their files, their credentials, and the names by which many share one."""
