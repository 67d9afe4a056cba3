"""Starting a run: pick a pipeline, fill in its form, submit."""
