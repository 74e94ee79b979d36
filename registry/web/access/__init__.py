"""Signing in: attempts and their limits, sessions, the second factor, and what a person has to do first."""
