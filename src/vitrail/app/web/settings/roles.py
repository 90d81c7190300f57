"""The roles in plain words: what each is for, and what it may and may not do."""

from __future__ import annotations

from vitrail.app.web.pages import later
from vitrail.model.access import Role

FOR: dict[Role, str] = {
    "owner": later("Everything, users and keys included. For those who run the workspace."),
    "marketer": later("Builds segments, sees customers by name, takes lists away, reaches people."),
    "analyst": later("Builds segments and studies; sees customers under pseudonyms, never by name."),
    "reader": later("Looks at segments and their sizes; sees no customer."),
    "privacy_officer": later(
        "Answers requests, keeps purposes and retention, reads the trail; builds and sends nothing."
    ),
}
"""What each role is for."""
