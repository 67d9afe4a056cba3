"""Actions of the Runs screen."""

from k8stui_tui.actions.action import ACT, GO, LOOK, Action

RUNS = (
    Action("why", ("w",), "why", "Why this run or step is not doing what it should, and what to do about it.", "runs",
           LOOK, verb="k8stui why RUN [STEP]", names=("why",), footer=2),
    Action("logs", ("l",), "logs", "To the logs of what the cursor is on.", "runs", LOOK, verb="k8stui logs RUN",
           names=("logs", "log"), footer=3),
    Action("pipeline_logs", ("L",), "pipeline's logs", "Logs of all runs of this pipeline, and back.", "runs", LOOK,
           verb="k8stui logs --pipeline PIPELINE", names=("pipeline-logs",)),
    Action("failed", ("exclamation_mark",), "failed step", "To the first step that failed; once more: to the next one.",
           "runs", GO, names=("failed",)),
    Action("timeline", ("t",), "timeline", "Where the run's time went: queue, pull, start and run of each step, and "
           "the critical path; back to the tree.", "runs", LOOK, verb="k8stui runs timeline RUN",
           names=("timeline", "gantt")),
    Action("graph", ("v",), "graph", "The steps as a graph with every edge, many alike in one box; back to the tree.",
           "runs", LOOK, verb="k8stui runs graph RUN", names=("graph", "dag")),
    Action("compare", ("equals_sign",), "compare", "The two marked runs beside each other, or this one and the run of "
           "its pipeline before it: parameters, code, outcome, the time of each step.", "runs", LOOK,
           verb="k8stui runs compare RUN [OTHER]", names=("compare", "diff")),
    Action("results", ("i",), "results", "What the step, or each step of the run, returned: types, sizes, values.",
           "runs", LOOK, verb="k8stui runs results RUN [STEP]", names=("results", "outputs")),
    Action("usage", (), "usage", "What CPU and memory the run's pods use now, where the cluster has the metrics API.",
           "runs", LOOK, verb="k8stui runs usage RUN", names=("usage", "top")),
    Action("describe", ("d",), "describe", "All that is known of the run, or of the step's pod.", "runs", LOOK,
           verb="k8stui runs describe RUN", names=("describe",), footer=6),
    Action("yaml", ("Y",), "YAML", "The object itself: the run's Job, or the step's pod.", "runs", LOOK,
           verb="k8stui pods yaml POD", names=("yaml",)),
    Action("edit_yaml", ("ctrl+e",), "edit YAML", "Edit the run's Job, or the step's pod with your EDITOR.",
           "runs", ACT, verb="k8stui pods edit POD", names=("edit-yaml",), dangerous=True),
    Action("events", ("E",), "events", "What Kubernetes said about it.", "runs", LOOK,
           verb="k8stui pods events POD", names=("its-events",)),
    Action("shell", ("s",), "shell", "A shell in the pod of the step, or in that CONTAINER of it; exit comes back.",
           "runs", ACT, verb="k8stui pods shell POD", names=("shell", "exec"), argument="[CONTAINER]"),
    Action("forward", ("F",), "forward a port", "Reach a port of the step's pod at a port of this machine, for as long "
           "as the pod lives and k8stui runs.", "runs", ACT, verb="k8stui pods forward POD [LOCAL:]REMOTE",
           names=("forward", "port-forward"), argument="[[LOCAL:]REMOTE]"),
    Action("create", ("c",), "new run", "Start a run: pick a pipeline, set its parameters.", "runs", ACT,
           verb="k8stui run FILE", names=("create", "new"), footer=5),
    Action("rerun", ("C",), "run again", "Start a new run like this one: its pipeline's form, filled in as it was.",
           "runs", ACT, verb="k8stui runs rerun RUN", names=("rerun",)),
    Action("pause", ("P",), "pause, resume", "Pause the run, or all marked ones, and let those that are paused go on.",
           "runs", ACT, verb="k8stui runs pause RUN", names=("pause",)),
    Action("resume", (), "resume", "Let the paused run, or all marked ones, go on; call off a pause to come.", "runs",
           ACT, verb="k8stui runs resume RUN", names=("resume",)),
    Action("retry", ("R",), "retry", "Try the run, or all marked ones, again from what failed; keep finished steps.",
           "runs", ACT, dangerous=True, verb="k8stui runs retry RUN", names=("retry",), footer=4),
    Action("stop", ("S",), "stop", "Stop the run, or all marked ones: no step starts any more, pods have their grace "
           "period, or so many SECONDS, to end. Once more: by force.", "runs", ACT, dangerous=True,
           verb="k8stui runs stop RUN", names=("stop",), argument="[SECONDS]", footer=4),
    Action("watch", ("a",), "watch", "Be told when the run, or all marked ones, end, whichever screen is shown then: "
           "by a message, the bell, a notification if the config file wants it. Once more: not. Its state has a ◆ (@) "
           "until then.", "runs", ACT, verb="k8stui runs watch RUN", names=("watch",)),
    Action("delete", ("D", "delete"), "delete", "Delete the run, or all marked ones: Job, pods, results, record.",
           "runs", ACT, dangerous=True, verb="k8stui runs delete RUN", names=("delete", "rm")),
    Action("parent", ("p",), "its schedule", "To the schedule that started this run.", "runs", GO, names=("parent",)),
    Action("prune", (), "prune", "Delete runs that ended longer ago than AGE (`12h`, `7d`), but for the newest so many "
           "of each pipeline that you KEEP.", "runs", ACT, dangerous=True,
           verb="k8stui runs prune --older-than AGE --keep NUMBER", names=("prune",), argument="AGE [KEEP]"),
)  # fmt: skip
