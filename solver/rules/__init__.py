"""Allocation rules: one module each, and the stages that all rules share."""
