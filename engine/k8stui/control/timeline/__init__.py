"""Where the time of a run went: what each step waited for and when it ran, and the chain that decided the end."""
