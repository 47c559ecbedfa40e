"""The yardstick: a bare Flask-RESTful resource whose answer is the same bytes as ours.

It does what every plain Flask-RESTful resource does and nothing else: it returns its data, and the
framework negotiates the type and encodes it. The data is there already; nothing is looked up.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from flask import Flask
from flask_restful import Api, Resource

BODY_VARIABLE = "BENCH_BODY"
PATH = "/bare"


def create() -> Flask:
    """The app; its only answer is the content of the file that ``BENCH_BODY`` names."""
    answer = json.loads(Path(os.environ[BODY_VARIABLE]).read_bytes())
    app = Flask(__name__)
    # As our own encoder writes: without escapes and blanks, so that the bytes are the same.
    app.config["RESTFUL_JSON"] = {"ensure_ascii": False, "separators": (",", ":")}
    api = Api(app)

    class Bare(Resource):  # type: ignore[misc] # flask_restful is untyped
        """Answers."""

        def get(self) -> Any:
            """Always the same data."""
            return answer

    api.add_resource(Bare, PATH)
    return app
