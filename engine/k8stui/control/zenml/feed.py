"""One run of ZenML, kept fresh for as long as somebody looks at it."""

from __future__ import annotations

from k8stui.cluster import retry
from k8stui.cluster.mirror import Mirror
from k8stui.cluster.resources import JOBS, PODS
from k8stui.control.live.feed import LONGEST_PAUSE, Feed
from k8stui.control.live.freshness import Freshness
from k8stui.control.zenml.reading import assembled, find_job, of_run
from k8stui.model.errors import K8stuiError, NotFoundError

COALESCE = 0.2
"""Seconds in which changes are gathered into one view."""


class ZenmlFeed(Feed):
    """A run that ZenML made: its Jobs and pods are watched."""

    _jobs: Mirror | None = None
    _pods: Mirror | None = None

    @property
    def freshness(self) -> Freshness:
        """How fresh `view` is."""
        if self._jobs is None or self._pods is None:
            return Freshness()
        return Freshness.of(self._jobs, self._pods)

    async def _keep(self) -> None:
        clock, failures = self._cluster.clock, 0
        while True:
            try:
                job = await find_job(self._cluster, self._run, namespace=self._namespace)
                if job is not None:
                    failures = 0
                    await self._follow(job["metadata"]["uid"], of_run(job))
                if self.view is None:
                    raise NotFoundError(f"There is no run {self._run!r} that could be seen.")
                self._tell(gone=True)
            except K8stuiError as error:
                self._tell(error=error)
            failures += 1
            await clock.sleep(retry.backoff(failures, clock.rng, cap=LONGEST_PAUSE))

    async def _follow(self, uid: str, labels: str) -> None:
        """Tell of the run until its orchestrator's Job is gone."""
        namespace = self._namespace
        async with (
            Mirror(self._cluster, JOBS, namespace=namespace, labels=labels) as jobs,
            Mirror(self._cluster, PODS, namespace=namespace, labels=labels) as pods,
        ):
            self._jobs, self._pods = jobs, pods
            readers = [mirror.changes(self._wake) for mirror in (jobs, pods)]
            while True:
                self._wake.clear()
                for reader in readers:
                    reader.take()
                if jobs.synced and pods.synced:
                    listed = list(jobs.objects.values())
                    job = next((one for one in listed if one["metadata"].get("uid") == uid), None)
                    if job is None:
                        return
                    self._tell(assembled(job, listed, list(pods.objects.values())).view)
                else:
                    self._tell()
                await self._cluster.clock.sleep(COALESCE)
                await self._wake.wait()
