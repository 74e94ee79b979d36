"""Filing a claim: drafts section by section, placements drawn or typed, files, the check before filing, and the receipt."""

from registry.web.filing import checking, drafts, files, placements, uploads
from registry.web.filing.work import pages

__all__ = ["checking", "drafts", "files", "pages", "placements", "uploads"]
