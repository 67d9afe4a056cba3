"""Programs that make files of the repository from other sources."""
