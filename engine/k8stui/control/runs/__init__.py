"""Reading runs: all of them in one line each, or one with all that is known of it, once or kept fresh."""
