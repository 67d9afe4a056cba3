"""The controllers of the embedded cluster: Jobs, CronJobs, garbage collection and the like."""
