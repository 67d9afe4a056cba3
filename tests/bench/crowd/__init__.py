"""Ten thousand pods of 200 runs on a real API server: what the screens and the command line cost there."""
