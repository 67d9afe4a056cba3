"""What steps and their master say to each other, and the variables by which pods are told what to do."""
