"""What client and master agree on: the Plan, the RunRecord, names, states, and what a pod's status means. Pure."""
