"""Runs on the real cluster, driven as a person drives them: `k8stui`, `python file.py` and `kubectl`."""
