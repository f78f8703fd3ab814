"""Which writer serves an endpoint. The client's library is heavy: it is imported when a model first needs it."""

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import cast

from services.generator.builtin import BuiltinWriter
from services.generator.endpoint import Endpoint
from services.generator.writer import Writer


async def writer_of(endpoint: Endpoint) -> Writer:
    """The import runs in a thread: it takes seconds, during which the service must answer."""
    if endpoint.kind == "builtin":
        return BuiltinWriter()
    client = await asyncio.to_thread(import_module, "services.generator.client")
    make = cast("Callable[[Endpoint], Writer]", client.ModelWriter)
    return make(endpoint)
