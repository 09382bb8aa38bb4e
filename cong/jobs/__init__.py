"""Background work on one table, under leases that run out. Words owned: Job, LeasedTask, Schedule, slot, worker."""
