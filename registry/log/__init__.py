"""The log: one record per change, hashed as a leaf of a Merkle tree (RFC 9162)."""
