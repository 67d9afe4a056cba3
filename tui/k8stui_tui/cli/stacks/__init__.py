"""The verbs of what is registered: stacks and their components."""
