"""What memory a step needs to keep and to read an artifact of gigabytes."""
