"""The screen of events and diagnosis: what is wrong now, and what Kubernetes said."""
