"""What methods of resources take from a request, named in their arguments."""

from io import BytesIO
from typing import Annotated

import pytest
from flask import Flask
from pydantic import BaseModel, Field

from common.errors import InvalidInput, NotAuthenticated
from common.utils.http.taking import Body, models_of
from common.utils.output import Api, Resource, add_routes
from common.utils.parser import Id, Page

TOO_LARGE = 413


class Word(BaseModel):
    word: Annotated[str, Field(max_length=20)]


class Place(BaseModel):
    page: Page = 1


class Traced(BaseModel):
    trace: str = Field(alias="Trace")


class Pictures(BaseModel):
    image: bytes
    other: bytes = b"none"


def closed(method):
    def refused(**arguments):
        raise NotAuthenticated("closed")

    return refused


class ThingResource(Resource):
    method_decorators = {"delete": (closed,)}  # noqa: RUF012 - as resources declare them

    def get(self, thing_id, query: Place):
        return {"id": thing_id, "page": query.page}

    def post(self, headers: Traced, body: Word, thing_id):
        return {"id": thing_id, "trace": headers.trace, "word": body.word}

    def put(self, thing_id, files: Pictures):
        return {"image": files.image.decode(), "other": files.other.decode()}

    def patch(self, thing_id, body: Annotated[Word, Body(max_bytes=30, not_an_object="No word.")]):
        return {"word": body.word}

    def delete(self, thing_id, body: Word):
        return {"word": body.word}


class UntypedResource(Resource):
    def post(self, body):
        return body


class OtherTypeResource(Resource):
    def get(self, query: Id):
        return query


@pytest.fixture(scope="module")
def client():
    app = Flask(__name__)
    add_routes(app, Api(app), "news", [("/things/<int:thing_id>", ThingResource)])
    app.register_error_handler(InvalidInput, lambda error: (error.message, 400))
    app.register_error_handler(NotAuthenticated, lambda error: (error.message, 401))
    return app.test_client()


def test_a_method_is_given_the_query_beside_the_path(client):
    answer = client.get("/things/7?page=3")

    assert answer.json["data"] == {"id": 7, "page": 3}


def test_a_method_is_given_headers_and_body(client):
    answer = client.post("/things/7", headers={"Trace": "t"}, json={"word": "夜跑"})

    assert answer.json["data"] == {"id": 7, "trace": "t", "word": "夜跑"}


def test_a_method_is_given_files_by_field(client):
    answer = client.put("/things/7", data={"image": (BytesIO(b"png"), "a.png")})

    assert answer.json["data"] == {"image": "png", "other": "none"}


def test_a_file_that_is_needed_and_not_sent_is_refused(client):
    answer = client.put("/things/7", data={"other": (BytesIO(b"png"), "a.png")})

    assert answer.status_code == 400
    assert answer.text == "image: Missing required parameter in an uploaded file"


def test_what_is_named_first_is_refused_first(client):
    without_both = client.post("/things/7", json={})
    without_body = client.post("/things/7", headers={"Trace": "t"}, json={})

    assert without_both.text.startswith("Trace: ")
    assert without_body.text.startswith("word: ")


def test_who_may_not_call_is_not_told_what_is_wrong_with_his_body(client):
    answer = client.delete("/things/7", data="{")

    assert (answer.status_code, answer.text) == (401, "closed")


def test_a_body_has_the_limit_and_the_words_of_its_annotation(client):
    longest, longer = ('{"word": "%s"}' % ("x" * count) for count in (18, 19))

    assert client.patch("/things/7", data=longest).status_code == 200
    assert client.patch("/things/7", data=longer).status_code == TOO_LARGE
    assert client.patch("/things/7", data="7").text == "No word."


def test_what_is_documented_is_what_is_parsed():
    taken = models_of(ThingResource.post)

    assert list(taken) == ["headers", "body"]
    assert (taken["headers"], taken["body"]) == (Traced, Word)
    assert models_of(ThingResource.patch)["body"] is Word


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        (UntypedResource, "UntypedResource.post: body must be a pydantic model"),
        (OtherTypeResource, "OtherTypeResource.get: query must be a pydantic model"),
    ],
)
def test_a_place_without_a_model_is_no_resource(resource, said):
    app = Flask(__name__)

    with pytest.raises(TypeError, match=said):
        add_routes(app, Api(app), "news", [("/untyped", resource)])
