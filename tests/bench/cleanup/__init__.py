"""What it costs to clean up thousands of pods on a real API server, and what others feel of it."""
