"""The verbs of the control center, called by the command line and by the screens."""
