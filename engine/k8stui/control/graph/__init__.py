"""A run's DAG: as the lines of a tree, and as a layered drawing of characters, with every edge."""
