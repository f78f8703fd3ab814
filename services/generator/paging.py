"""Pages of a list, newest first: a cursor is the place where the last page ended."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

from shared.runtime.errors import Invalid


def cursor_of(moment: datetime, row_id: UUID) -> str:
    return base64.urlsafe_b64encode(f"{moment.isoformat()} {row_id}".encode()).decode()


def place_of(cursor: str) -> tuple[datetime, UUID]:
    """Raises `Invalid` for what is none of our cursors."""
    try:
        moment, _, row_id = base64.urlsafe_b64decode(cursor).decode().rpartition(" ")
        return datetime.fromisoformat(moment), UUID(row_id)
    except (ValueError, binascii.Error):
        raise Invalid("This cursor is none of ours. Begin without one.", code="bad_cursor", pointer="?cursor") from None
