"""One module per step of the procedure. Services flush and never commit; each change writes one record."""
