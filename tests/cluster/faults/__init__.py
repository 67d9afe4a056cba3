"""The claims of the fault suite on a real Kubernetes: nothing runs twice, and every status is true."""
