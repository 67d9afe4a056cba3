"""What runs inside the cluster: Python standard library only, syntax of Python 3.9."""
