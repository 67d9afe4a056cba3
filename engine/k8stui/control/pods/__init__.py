"""Pods, whoever made them: listed, watched, chosen from, and entered by a shell or through a port."""
