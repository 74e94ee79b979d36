"""Checking the register against its own log, and the log against what others hold: nothing here changes anything."""
