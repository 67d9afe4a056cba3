"""How things are put into words for persons, and what persons type, wherever it stands: times, tables, filters."""
