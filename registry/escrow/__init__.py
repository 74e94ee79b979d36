"""Escrow: numbered, signed deposits from which another agency rebuilds the register without this program."""
