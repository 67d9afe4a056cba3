"""What a pipeline author writes: steps, pipelines, YAML pipelines, and how they are traced."""
