"""The built web client, served as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

HASHED = "public, max-age=31536000, immutable"


class Assets(StaticFiles):
    """Files whose names carry their content's hash; a name never means another content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, to be kept for ever."""
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["Cache-Control"] = HASHED
        return response


def mount(app: FastAPI, dist: Path) -> None:
    """Serve the pages at /, /field/, /review/, /import/, /locate/ and /admin/ if they have been built."""
    if not (dist / "index.html").exists():
        return
    assets: Any = dist / "assets"
    app.mount("/assets", Assets(directory=assets), name="assets")
    app.mount("/", StaticFiles(directory=dist, html=True), name="pages")
