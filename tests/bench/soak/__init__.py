"""Whether memory grows over days of much happening, in less time."""
