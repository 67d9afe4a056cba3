"""Takes out of a namespace what k8stui has made there: the opposite of `k8stui init`, after a plan."""
