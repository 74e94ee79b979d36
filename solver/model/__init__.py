"""The CP-SAT model: variables, one class per constraint, one per objective stage, and the search over stages."""
