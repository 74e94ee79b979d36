"""The worker: takes runs from the table one at a time, and does what is due by the clock."""
