"""The names and labels of everything a run makes.

One module, used by the submitter, the master and the control center alike: a name is a promise between them, because a
restarted master finds what its predecessor made by computing the same names again.
"""

import hashlib

MAX_NAME = 63  # characters of a Job's name, which is the value of a label of its pods

LABEL_RUN = "run"
LABEL_PIPELINE = "pipeline"
LABEL_RUN_ID = "k8stui.io/run-id"
LABEL_STEP = "k8stui.io/step"
LABEL_ATTEMPT = "k8stui.io/attempt"
LABEL_SCHEDULE = "k8stui.io/schedule"  # the CronJob that a run, or an object of a schedule, belongs to
LABEL_CODE = "k8stui.io/code"  # of a shared code package: the beginning of its digest
LABEL_MANAGED_BY = "app.kubernetes.io/managed-by"
LABEL_COMPONENT = "app.kubernetes.io/component"

MANAGER = "k8stui"
COMPONENT_ORCHESTRATOR = "orchestrator"
COMPONENT_STEP = "step"
COMPONENT_RECORD = "record"
COMPONENT_PLAN = "plan"
COMPONENT_CODE = "code"
COMPONENT_STATUS = "status"
COMPONENT_RESULTS = "results"
COMPONENT_JOURNAL = "journal"
COMPONENT_INPUTS = "inputs"
COMPONENT_CREDENTIALS = "credentials"
COMPONENT_CACHE = "cache"
COMPONENT_SCHEDULE = "schedule"
COMPONENT_TEMPLATE = "template"

ANNOTATION_SCHEMA = "k8stui.io/schema"
ANNOTATION_SUMMARY = "k8stui.io/summary"  # JSON of record.Summary: lists and watches read metadata only
ANNOTATION_EPOCH = "k8stui.io/epoch"  # counts the masters of a run; the highest one may write
ANNOTATION_REQUEST = "k8stui.io/request"  # what a person asked of the master: one of the REQUESTs
ANNOTATION_GRACE = "k8stui.io/grace-period"  # with a stop: seconds that pods have to end; else their own setting
ANNOTATION_JOB = "k8stui.io/job"  # of a record: the Job under which the run goes on, since it was tried again
ANNOTATION_STEP = "k8stui.io/step-name"  # the step's name as the author wrote it (a label holds the slug)
ANNOTATION_SCHEDULE = "k8stui.io/schedule"  # of a CronJob: JSON of what k8stui knows of it beside its spec
ANNOTATION_TRIGGER = "k8stui.io/trigger"  # of the record of a run that no CronJob controller fired: one of the TRIGGERs
ANNOTATION_BY = "k8stui.io/triggered-by"  # of the Job of such a run: who made it
ANNOTATION_RECEIPT = "k8stui.io/receipt"  # JSON {parent: [attempt, results]}: if the pod exists, these succeeded

TRIGGER_MANUAL = "manual"
TRIGGER_BACKFILL = "backfill"

REQUEST_STOP = "stop"
REQUEST_PAUSE = "pause"

STEP_CONTAINER = "step"
MASTER_CONTAINER = "orchestrator"


def record_name(run: str) -> str:
    """The ConfigMap that holds what is known of a run."""
    return "run-" + run


def status_shard_name(run: str, shard: int) -> str:
    """The ConfigMap of one status shard; shard 0 lives in the record itself."""
    return record_name(run) if shard == 0 else "run-%s-status-%d" % (run, shard)


def results_shard_name(run: str, shard: int) -> str:
    """The ConfigMap of one shard of small results."""
    return "run-%s-results-%d" % (run, shard)


def journal_name(run: str) -> str:
    """The ConfigMap of what the status shards do not say yet."""
    return "run-%s-journal" % run


def plan_name(run: str, part: int) -> str:
    """The immutable ConfigMap of one part of a plan."""
    return "run-%s-plan-%d" % (run, part)


CODE_PREFIX = "code-"  # no other ConfigMap of ours is called like that


def short_digest(digest: str) -> str:
    """As much of a code package's SHA-256 as stands in names and labels."""
    return digest[:40]


def code_name(digest: str, number: int) -> str:
    """The immutable ConfigMap of a code package, which all share who run it; a further one when that has no room."""
    return "%s%s-%d" % (CODE_PREFIX, short_digest(digest), number)


def template_name(schedule: str, version: str, part: int) -> str:
    """The immutable ConfigMap of one part of what a schedule's firings start with."""
    return "schedule-%s-%s-%d" % (schedule, version, part)


def inputs_name(run: str, slug: str, attempt: int) -> str:
    """The ConfigMap of an attempt's inputs, where they are too large for its environment."""
    return "run-%s-inputs-%s-%d" % (run, slug, attempt)


def job_name(run: str) -> str:
    """The Job of the master pod: the run's own name, so that `kubectl logs job/RUN` is the run's log."""
    return run


def retry_job_name(run: str, number: int) -> str:
    """The Job under which a run is tried again, the first time with 1; short enough for the label of its pods."""
    tail = "-retry-%d" % number
    if len(run) + len(tail) <= MAX_NAME:
        return run + tail
    digest = hashlib.sha256(run.encode()).hexdigest()[:6]
    return "%s-%s%s" % (run[: MAX_NAME - len(tail) - len(digest) - 1].rstrip("-."), digest, tail)


def work_name(run: str) -> str:
    """The empty ConfigMap that is the controller of the step pods."""
    return "run-%s-work" % run


def keys_name(run: str) -> str:
    """The Secret with one handover key a step."""
    return "run-%s-keys" % run


def credentials_name(run: str) -> str:
    """The Secret with the credentials that the steps of a run get."""
    return "run-%s-credentials" % run


def schedule_credentials_name(schedule: str) -> str:
    """The Secret with the credentials of a schedule, which each of its runs copies."""
    return "schedule-%s-credentials" % schedule


def pod_name(prefix: str, slug: str, attempt: int) -> str:
    """The pod of one attempt at a step. `prefix` ends with the run's random suffix; the compiler keeps all <= 63."""
    return "%s-%s-%d" % (prefix, slug, attempt)
