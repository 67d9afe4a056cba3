"""`k8stui schedule`: a module for each kind of command; `app` gathers them."""
