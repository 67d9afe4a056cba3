"""The bench: k8stui against floors of its own, on the real cluster. `make bench` runs it and keeps its tables."""
