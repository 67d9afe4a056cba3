"""Cleaning up pods: `plan` says of each what would become of it and why (pure), `carrying` does it as planned."""
