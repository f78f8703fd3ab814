"""A provider: a real HTTP server that speaks the Anthropic Messages and OpenAI Chat protocols, from a script."""

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Json = dict[str, Any]


@dataclass(frozen=True)
class Heard:
    """One request as it came over the wire, header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: Json


@dataclass(frozen=True)
class Reply:
    """`hangs` takes the request and never answers."""

    status: int = 200
    body: Json = field(default_factory=dict[str, Any])
    headers: dict[str, str] = field(default_factory=dict[str, str])
    hangs: bool = False


@dataclass
class Provider:
    """`script` is answered in order, its last reply for ever; `heard` is what came, `asked` that something did."""

    url: str
    script: list[Reply]
    heard: list[Heard] = field(default_factory=list[Heard])
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def next(self) -> Reply:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


def tool_use(name: str, document: Any, model: str = "kimi-for-coding-0905") -> Reply:
    """A Messages answer that calls one tool."""
    content = [{"type": "tool_use", "id": "toolu_01", "name": name, "input": document}]
    return Reply(body=_message(content, "tool_use", model))


def prose(text: str) -> Reply:
    return Reply(body=_message([{"type": "text", "text": text}], "end_turn", "kimi-for-coding-0905"))


def refusal(status: int, kind: str, message: str, **headers: str) -> Reply:
    """An error as the Messages protocol puts it."""
    return Reply(status, {"type": "error", "error": {"type": kind, "message": message}}, headers)


def chat_call(name: str, document: Any) -> Reply:
    """A Chat Completions answer that calls one tool."""
    call = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": json.dumps(document)}}
    choice = {
        "index": 0,
        "finish_reason": "tool_calls",
        "message": {"role": "assistant", "content": None, "tool_calls": [call]},
    }
    return Reply(
        body={
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 1_780_000_000,
            "model": "gpt-next",
            "choices": [choice],
            "usage": {"prompt_tokens": 900, "completion_tokens": 120, "total_tokens": 1020},
        }
    )


def _message(content: list[Json], stop_reason: str, model: str) -> Json:
    return {
        "id": "msg_01",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": content,
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": 1200, "output_tokens": 340},
    }


@asynccontextmanager
async def provider(*script: Reply, tls: ssl.SSLContext | None = None) -> AsyncGenerator[Provider]:
    """The provider on a loopback port for as long as the block lasts."""
    made = Provider("", list(script))
    talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        talks[talk] = writer
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await _talk(made, reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    made.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    try:
        yield made
    finally:
        server.close()
        for writer in talks.values():
            writer.close()
        await asyncio.gather(*talks)
        await server.wait_closed()


def self_signed(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    today = datetime.now(UTC)
    signed = builder.not_valid_before(today - timedelta(days=1)).not_valid_after(today + timedelta(days=1))
    certificate = signed.sign(key, hashes.SHA256())
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


async def _talk(made: Provider, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        made.heard.append(await _read(reader))
        made.asked.set()
        reply = made.next()
        if reply.hangs:
            await reader.read()
            return
        writer.write(_written(reply))
        await writer.drain()


async def _read(reader: asyncio.StreamReader) -> Heard:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, path, _ = head[0].split(" ", 2)
    pairs = (line.split(": ", 1) for line in head[1:] if line)
    headers = {name.lower(): value for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Heard(method, path, headers, json.loads(body or b"{}"))


def _written(reply: Reply) -> bytes:
    body = json.dumps(reply.body).encode()
    headers = {"content-type": "application/json", "content-length": str(len(body)), **reply.headers}
    lines = [f"HTTP/1.1 {reply.status} Said", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
