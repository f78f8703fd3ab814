"""Signing in and out, and the choice of language."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from starlette.responses import RedirectResponse

from services.console.gateway import Refused
from services.console.i18n import LANGUAGE_COOKIE, LANGUAGES
from services.console.page import Page, SignedIn, Visitor, cookie_name

router = APIRouter()
Text = Annotated[str, Form()]
_YEAR_SECONDS = 365 * 24 * 3600


@router.get("/")
async def home(page: SignedIn) -> Response:
    """Who has no part in the making of modules is here for the CRM."""
    roles = page.me["person"]["roles"] if page.me else ()
    return RedirectResponse("/admin/ai-modules" if roles else "/crm", 303)


@router.get("/sign-in")
async def show(page: Visitor, next: str = "/") -> Response:  # noqa: A002 - the query's name is what people see
    return page.render("sign_in.html", next=next, email="", demo_people=_demo_people(page))


@router.post("/sign-in")
async def sign_in(page: Visitor, email: Text, password: Text, next: Text = "/") -> Response:  # noqa: A002 - see above
    try:
        session = await page.gateway.post("/session", {"email": email, "password": password})
    except Refused as refused:
        people = _demo_people(page)
        return page.render("sign_in.html", refused.status, refused=refused, next=next, email=email, demo_people=people)
    settings = page.request.app.state.settings
    response = RedirectResponse(_local(next), 303)
    response.set_cookie(
        cookie_name(settings), session["token"], httponly=True, secure=settings.secure_cookie, samesite="lax", path="/"
    )
    return response


@router.post("/sign-out")
async def sign_out(page: SignedIn) -> Response:
    await page.gateway.delete("/session")
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(cookie_name(page.request.app.state.settings), path="/")
    return response


@router.post("/language")
async def choose_language(language: Text, back: Text = "/") -> Response:
    response = RedirectResponse(_local(back), 303)
    if language in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR_SECONDS, samesite="lax", path="/")
    return response


def _local(path: str) -> str:
    """Only a path of ours: never to another site, however the address was made."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if inside else "/"


def _demo_people(page: Page) -> tuple[str, ...]:
    people: tuple[str, ...] = page.request.app.state.settings.demo_people
    return people
