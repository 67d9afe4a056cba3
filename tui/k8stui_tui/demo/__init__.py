"""The scene of `k8stui demo`: what there is to see on an embedded cluster, made by the ordinary engine."""
