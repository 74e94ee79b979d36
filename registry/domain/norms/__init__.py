"""Sets of norms compared: what each would change in a round, a crosswalk between forums, and where norms go from here."""
