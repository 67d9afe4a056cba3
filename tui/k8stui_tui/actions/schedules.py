"""Actions of the Schedules screen."""

from k8stui_tui.actions.action import ACT, GO, LOOK, Action

SCHEDULES = (
    Action("create", ("c",), "new schedule", "Create a schedule: pick a pipeline, set when it runs and its parameters.",
           "schedules", ACT, verb="k8stui schedule create FILE", names=("create", "new"), footer=4),
    Action("edit", ("e",), "edit", "Change the schedule in a form that shows when it will fire, and what may surprise.",
           "schedules", ACT, verb="k8stui schedule edit SCHEDULE", names=("edit",), footer=1),
    Action("trigger", ("t",), "run now", "Start a run of the schedule now; of all marked ones after a question.",
           "schedules", ACT, verb="k8stui schedule trigger SCHEDULE", names=("trigger",), footer=2),
    Action("suspend", ("P",), "suspend, resume", "Suspend the schedule, or all marked ones, so that none fires; resume "
           "those that are suspended.", "schedules", ACT, verb="k8stui schedule suspend SCHEDULE", names=("suspend",),
           footer=3),
    Action("resume", (), "resume", "Let the suspended schedule, or all marked ones, fire again.", "schedules", ACT,
           verb="k8stui schedule resume SCHEDULE", names=("resume",)),
    Action("delete", ("D", "delete"), "delete", "Delete the schedule, or all marked ones; runs that go on may go on, "
           "or are stopped.", "schedules", ACT, dangerous=True, verb="k8stui schedule delete SCHEDULE",
           names=("delete", "rm")),
    Action("why", ("w",), "why", "Why the schedule does not fire, or its newest run does not start, and what to do.",
           "schedules", LOOK, verb="k8stui schedule why SCHEDULE", names=("why",), footer=4),
    Action("describe", ("d",), "describe", "All that is known of the schedule: times, runs, changes, events.",
           "schedules", LOOK, verb="k8stui schedule describe SCHEDULE", names=("describe",)),
    Action("calendar", ("K",), "calendar", "What fires in the coming day and week over all schedules, and what piles "
           "up; or in so many DAYS.", "schedules", LOOK, verb="k8stui schedule calendar", names=("calendar",),
           argument="[DAYS]", footer=6),
    Action("logs", ("l",), "logs", "To the logs of its newest run, or of the run under the cursor.", "schedules", LOOK,
           verb="k8stui logs RUN", names=("logs", "log"), footer=5),
    Action("runs", ("L",), "runs", "To the Runs screen with the runs of this schedule only.", "schedules", GO,
           verb="k8stui runs list", names=("its-runs",)),
    Action("backfill", (), "backfill", "Make the runs that it should have made FROM one moment TO another, one or "
           "so many AT A TIME; shows the plan and asks.", "schedules", ACT, verb="k8stui schedule backfill SCHEDULE",
           names=("backfill",), argument="FROM TO [AT-A-TIME]"),
    Action("yaml", ("Y",), "YAML", "The object itself: the CronJob.", "schedules", LOOK,
           verb="kubectl get cronjob SCHEDULE -o yaml", names=("yaml",)),
    Action("edit_yaml", ("ctrl+e",), "edit YAML", "Edit the schedule's CronJob with your EDITOR.",
           "schedules", ACT, names=("edit-yaml",), dangerous=True),
    Action("events", ("E",), "events", "What Kubernetes said about it.", "schedules", LOOK,
           verb="kubectl events --for cronjob/SCHEDULE", names=("its-events",)),
)  # fmt: skip
