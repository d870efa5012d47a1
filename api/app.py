"""The application: made by a function, used the same by the server and by the tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from sqlalchemy.engine import Engine

from api import errors, pages
from api.deps import make_shelves
from api.routes import (
    admin,
    areas,
    hsds,
    layers,
    meta,
    observations,
    session,
    tiles,
)
from api.routes.registers import mounted as registers
from api.security import Guard
from geo.db.engine import app_url, make_engine
from geo.settings import Settings


def create_app(settings: Settings, engine: Engine | None = None) -> FastAPI:
    """The service over one database; without an engine it makes its own and ends it."""
    made = engine or make_engine(app_url(settings), pool_size=settings.pool_size)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if engine is None:
            made.dispose()

    app = FastAPI(
        title="needsmap",
        version=version("needsmap"),
        openapi_url="/api/v1/openapi.json",
        # The stock documentation pages load their scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.engine = made
    app.state.shelves = make_shelves()
    app.add_middleware(Guard, allowed_hosts=settings.allowed_hosts.split(","))
    errors.register(app)
    for part in (
        meta,
        session,
        layers,
        areas,
        observations,
        registers,
        hsds,
        admin,
        tiles,
    ):
        app.include_router(part.router)
    pages.mount(app, settings.web_dist)
    return app
