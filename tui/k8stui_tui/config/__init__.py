"""What a person has set for all sessions (the config file), and what the program remembers from one to the next."""
