"""Between engine and widgets: what is watched for the screens. Knows the engine and no widget."""
