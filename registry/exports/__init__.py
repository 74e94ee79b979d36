"""Publications of the register: files whose bytes depend on what is recorded and on nothing else."""
