"""Objects as text for a person, in the manner of `kubectl describe`; pure. `reading` gathers the facts."""
