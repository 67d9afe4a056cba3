"""What logs cost: a long one that has ended, and many at once that are followed."""
