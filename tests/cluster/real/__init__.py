"""Real Kubernetes on this one Linux machine, for the tests that only Kubernetes itself can decide.

`python -m tests.cluster.real run -- CMD` builds what is missing, starts etcd, the control plane, a kubelet and
containerd in a fresh folder, runs CMD against it and leaves nothing behind. Tests read `facts.Facts` and use `control`
to break things.
"""
