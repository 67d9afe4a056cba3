"""A Kubernetes-like cluster in one Python process, for trying and for tests: pods run as local processes.

It speaks the Kubernetes API for the kinds this project uses, so that nothing else needs to know which cluster it
talks to. It is honest because of the contract suite (`tests/cluster/contract`), the same tests run against it and
against a real cluster. It is for one machine and never pretends to be more: images are not pulled, nothing is
isolated, limits are not enforced.
"""

from __future__ import annotations

from k8stui.embedded.cluster import EmbeddedCluster as EmbeddedCluster
from k8stui.embedded.kubelet.node import Capacity as Capacity
from k8stui.embedded.thread import ClusterThread as ClusterThread
from k8stui.embedded.timing import Timing as Timing
