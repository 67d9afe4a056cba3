"""Runs without a screen: a pipeline that a script calls is launched, followed to its end and told in plain lines."""
