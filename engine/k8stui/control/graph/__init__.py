"""A run's DAG as a layered drawing of characters, with every edge: what a tree cannot show."""
