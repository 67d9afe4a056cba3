"""Where a person can go and where runs go: contexts, the active stack, and whether what they name can meet."""
