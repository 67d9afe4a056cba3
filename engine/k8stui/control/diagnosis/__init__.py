"""Why something is not doing what it should: pure rules from what the API server tells to one sentence and its advice.

Each module knows the words of one part of Kubernetes: the scheduler's, the registries', the kubelet's, admission's.
`why` gathers the facts. Where no rule knows the words, they are told as they are: a diagnosis never guesses.
"""
