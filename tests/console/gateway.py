"""A gateway on a real socket that says what a test lets it say. Everybody else's code here is the real one."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

API = "/api/v1"
Answer = tuple[int, Any]


@dataclass
class Gateway:
    """`answers` by method and path below `/api/v1`; what is not there is a 404. `asked` is all that was asked."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    asked: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    def says(self, request: str, body: Any, status: int = 200) -> None:
        """To `GET /modules` and the like; a file is its bytes, and says that it is a page."""
        self.answers[request] = (status, body)

    def refuses(self, request: str, status: int, code: str, **problem: Any) -> None:
        told: dict[str, Any] = {"status": status, "code": code, "detail": f"The detail of {code}.", "params": {}}
        self.says(request, told | problem, status)

    def knows(self, *roles: str, crm_roles: tuple[str, ...] = ("sales",)) -> None:
        """Who is signed in, with what these roles permit."""
        needs = {"models": "administrator", "develop": "developer", "test": "developer", "review": "reviewer"}
        needs |= {"publish": "administrator", "audit": "developer"}
        menu = {name: _capability(role, roles) for name, role in needs.items()}
        commands = {name: _capability(role, roles) for name, role in COMMANDS.items()}
        person = {"id": "1", "name": "Pat", "roles": list(roles), "crm_roles": list(crm_roles)}
        self.says("GET /me", {"person": person, "capabilities": {"menu": menu, "commands": commands}})


COMMANDS = {
    **dict.fromkeys(("configure_models", "publish", "unpublish", "rollback"), "administrator"),
    **dict.fromkeys(("start_review", "approve", "reject"), "reviewer"),
    **dict.fromkeys(("generate", "save_version", "import_module", "request_run", "cancel_run"), "developer"),
    **dict.fromkeys(("submit", "withdraw"), "developer"),
}


@contextmanager
def standing() -> Generator[Gateway]:
    """A gateway that answers while the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    gateway = Gateway(f"http://127.0.0.1:{server.server_address[1]}")
    _Handler.gateway = gateway
    serving = threading.Thread(target=server.serve_forever, args=(0.01,))
    serving.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gateway: Gateway

    def answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        given = self.rfile.read(length) if length else None
        if given and self.headers.get("content-type") == "application/json":
            given = json.loads(given)
        request = f"{self.command} {urlsplit(self.path).path.removeprefix(API)}"
        self.gateway.asked.append((f"{self.command} {self.path.removeprefix(API)}", given))
        self.gateway.headers.append({name.lower(): value for name, value in self.headers.items()})
        status, body = self.gateway.answers.get(request, (404, {"code": "not_found", "detail": f"No {request}."}))
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        kind = "application/json" if status < 400 else "application/problem+json"
        kind = "text/html" if isinstance(body, bytes) else kind
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        # A kept connection would outlive the test that opened it.
        self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - the names that http.server calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server has it
        """Say nothing."""


def _capability(role: str, roles: tuple[str, ...]) -> dict[str, Any]:
    allowed = role in roles
    return {"allowed": allowed, "needs": [] if allowed else [role]}
