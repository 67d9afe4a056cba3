"""What is wrong now in a namespace, or in all: a short list, each line with its cause and what to do about it."""
