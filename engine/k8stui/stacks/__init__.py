"""Stacks, their components and service connectors."""
