"""`--format html`: one self-contained page for one dossier."""

from __future__ import annotations

from api.export import Export
from api.screened import Failed, Outcome
from api.web.pages import batch_page, report_page


def render(outcome: Outcome) -> str:
    """The report; for a dossier that could not be screened, a page that says why."""
    return batch_page(((outcome, None),)) if isinstance(outcome, Failed) else report_page(outcome)


EXPORT = Export("html", ".html", render)
