"""The procedure on the command line: one module for each group; `acting` has what they share."""
