"""What is true of a run: what its record says, and where its Job and its pods know better. Pure."""
