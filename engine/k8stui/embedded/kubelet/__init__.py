"""The node of the embedded cluster: it runs pods as local process groups."""
