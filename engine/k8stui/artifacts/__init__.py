"""Artifact stores and materialisers."""
