"""Objects as text for a person, in the manner of `kubectl describe`; pure. `control.describe` gathers the facts."""
