"""Namespaces: what one needs for runs, and what its user and its masters may do there."""
