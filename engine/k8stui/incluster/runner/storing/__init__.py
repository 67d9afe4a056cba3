"""What a runner does besides where the run has an artifact store: values as files, archived logs."""
