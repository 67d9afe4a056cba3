"""What the master can carry: thousands of steps on a real API server whose pods are played by a stand-in."""
