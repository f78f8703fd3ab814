"""The host obeys releases."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.crm.activation import obey_release
from shared.contracts.publishing import ReleaseAuthorised
from shared.runtime.messaging import Handlers

handlers = Handlers("crm")


@handlers.on(ReleaseAuthorised)
async def on_release_authorised(event: ReleaseAuthorised, session: AsyncSession, host_name: str) -> None:
    await obey_release(session, event, host_name)
