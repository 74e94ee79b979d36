"""The register for programs: everything public as JSON under /api/v1, filing and amending with a token of limited scope.

Answers are pydantic models over the same queries that the pages read; steps go through the same services. Cookies mean
nothing here, and a token means nothing on the pages.
"""
