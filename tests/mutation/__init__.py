"""How many faults the tests find that are put into the program one at a time: `python -m tests.mutation GROUP...|all`."""
