"""Backups: one file with everything of one snapshot, loaded into an empty register of either kind of database."""
