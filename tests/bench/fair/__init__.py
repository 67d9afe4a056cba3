"""What many masters at once do to others, where the API server gives them little."""
