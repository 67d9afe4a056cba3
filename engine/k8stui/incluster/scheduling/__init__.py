"""Which step runs when, and what becomes of its attempts: decided without I/O and without a clock. Pure."""
