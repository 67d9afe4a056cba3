"""The bench of the screens: the real program on a pseudo-terminal, with much to show. `make bench-tui` runs it."""
