"""Deletes from an artifact store what deleted runs have left there.

Stores may be shared by namespaces and clusters, so nothing goes that is not known to be of a deleted run of a namespace
that was read completely: whose an artifact is stands in its key.
"""
