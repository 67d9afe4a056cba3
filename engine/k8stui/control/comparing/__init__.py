"""Two runs beside each other: what they were given, what became of them, and where one took longer."""
