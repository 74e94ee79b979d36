"""Reads for pages, programs and exports: plain functions of a session that return frozen dataclasses."""
