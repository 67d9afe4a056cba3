"""What the master itself adds between the end of a step and the creation of the next."""
