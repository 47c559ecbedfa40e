"""The yardstick: a bare Flask-RESTful resource that answers with given bytes."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, Response
from flask_restful import Api, Resource

BODY_VARIABLE = "BENCH_BODY"
PATH = "/bare"


def create() -> Flask:
    """The app; its only answer is the file that ``BENCH_BODY`` names."""
    body = Path(os.environ[BODY_VARIABLE]).read_bytes()
    app = Flask(__name__)
    api = Api(app)

    class Bare(Resource):  # type: ignore[misc] # flask_restful is untyped
        """Answers."""

        def get(self) -> Response:
            """Always the same bytes."""
            return Response(body, content_type="application/json")

    api.add_resource(Bare, PATH)
    return app
