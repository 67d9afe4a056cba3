"""The Runs screen: a table of runs, the steps of one as a tree, and logs."""
