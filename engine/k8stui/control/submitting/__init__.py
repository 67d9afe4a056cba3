"""Starting runs: new ones, and those that ran before again or on from what failed."""
