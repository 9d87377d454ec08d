"""Routines in words: schedules, what a cron expression says, reports of runs."""
