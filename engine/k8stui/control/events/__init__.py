"""What Kubernetes itself says about objects: of one, or all that is said, kept fresh."""
