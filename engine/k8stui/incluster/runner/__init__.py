"""The runner, the program of a step's pod: it calls the author's function and commits what that returned."""
