"""What stands in the way of working with a cluster: looked at before it does, one finding for each thing.

`examining` asks the cluster; what is made of the answers is pure, a module for each part.
"""
