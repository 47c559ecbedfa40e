"""The API description is read from the code, so it cannot say anything else."""

from http import HTTPStatus
from typing import Annotated, Any

import orjson
import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from common.extensions.description import openapi
from common.extensions.web import Application
from common.schemas.ready import JsonOf
from common.utils.decorators import login_optional, login_required
from common.utils.http.describing import describes
from common.utils.http.limiting import limited
from common.utils.output import Api, Created, NoContent, Resource, add_routes
from common.utils.parser import Id, Page, Text
from tests.support.documents.openapi import assert_valid


class Liking(TypedDict):
    target: int


class Sent(TypedDict):
    message: str


class Card(BaseModel):
    author_id: int = Field(serialization_alias="aut_id")


class CardList(BaseModel):
    results: list[Card]


class LikingCreate(BaseModel):
    target: Id


class CardQuery(BaseModel):
    q: Annotated[str, Text(1, 50)]
    page: Page = 1


class Tracked(BaseModel):
    trace: str = Field(alias="Trace")


class Picture(BaseModel):
    image: bytes


CARDS = CardList(results=[Card(author_id=7)])


class LikingListResource(Resource):
    method_decorators = {  # noqa: RUF012 - as resources declare them
        "post": (limited("60 per minute"), login_required)
    }

    def get(self, headers: Tracked, query: CardQuery) -> CardList:
        """Who liked it.

        Nobody reads this part.
        """
        return CARDS

    def post(self, body: LikingCreate) -> tuple[Liking, Created]:
        """Like an article."""
        return {"target": body.target}, HTTPStatus.CREATED


class LikingResource(Resource):
    method_decorators = (login_optional,)

    def get(self, article_id: int) -> Sent:
        """Answers with a message of its own."""
        return {"message": "已发送"}

    def delete(self, article_id: int) -> tuple[None, NoContent]:
        """Take it back."""
        return None, HTTPStatus.NO_CONTENT

    @describes(auth="refresh", errors=[413])
    def put(
        self, article_id: int, files: Picture
    ) -> Annotated[orjson.Fragment, JsonOf(list[Card])]:
        """Answers JSON that is ready."""
        return orjson.Fragment(b"[]")

    def patch(self, article_id: int) -> dict[str, Any]:
        """Leaves open which members there are."""
        return {}


class SomeStatusResource(Resource):
    def post(self) -> tuple[Liking, int]:
        return {"target": 1}, 418


@pytest.fixture(scope="module")
def document():
    app = Application("test")
    routes = [
        ("/v1_0/likings", LikingListResource),
        ("/v1_0/likings/<id:article_id>", LikingResource),
        ("/v1_0/codes/<mobile:mobile>/<name>", LikingResource),
    ]
    add_routes(app, Api(app), "news", routes)
    app.add_url_rule("/plain", view_func=lambda: "no resource")
    return openapi.describe(app, title="Readers", version="1.2", servers=["/", "/app"])


def test_the_document_is_valid_openapi(document):
    assert_valid(document)


def test_only_resources_are_described(document):
    assert sorted(document["paths"]) == [
        "/v1_0/codes/{mobile}/{name}",
        "/v1_0/likings",
        "/v1_0/likings/{article_id}",
    ]


def test_parameters_come_from_the_models_that_are_parsed(document):
    get = document["paths"]["/v1_0/likings"]["get"]

    parameters = {each["name"]: each for each in get["parameters"]}
    assert get["summary"] == "Who liked it."
    assert (parameters["q"]["in"], parameters["q"]["required"]) == ("query", True)
    assert parameters["q"]["schema"]["maxLength"] == 50
    assert (parameters["page"]["required"], parameters["page"]["schema"]["default"]) == (False, 1)
    assert (parameters["Trace"]["in"], parameters["Trace"]["required"]) == ("header", True)
    assert set(get["responses"]) == {"200", "400", "429", "default"}
    assert get["security"] == []


def test_answers_come_from_the_annotations(document):
    get = document["paths"]["/v1_0/likings"]["get"]

    schema = get["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["properties"]["data"] == {"$ref": "#/components/schemas/CardList"}
    assert schema["properties"]["message"] == {"const": "OK"}
    assert document["components"]["schemas"]["Card"]["required"] == ["aut_id"]


def test_login_and_limits_come_from_the_decorators(document):
    post = document["paths"]["/v1_0/likings"]["post"]

    assert post["security"] == [{"token": []}]
    assert set(post["responses"]) == {"201", "400", "401", "403", "409", "429", "default"}
    assert [each["name"] for each in post["parameters"]] == ["Idempotency-Key"]
    body = post["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/LikingCreate"}


def test_a_deletion_answers_nothing_and_knows_no_other_paths(document):
    delete = document["paths"]["/v1_0/likings/{article_id}"]["delete"]

    assert "content" not in delete["responses"]["204"]
    assert "404" in delete["responses"]
    assert delete["security"] == [{}, {"token": []}]
    assert delete["parameters"][0]["schema"]["minimum"] == 1


def test_a_description_adds_what_the_code_does_not_tell(document):
    put = document["paths"]["/v1_0/likings/{article_id}"]["put"]

    assert put["security"] == [{"refreshToken": []}]
    assert "413" in put["responses"]


def test_files_come_from_the_model_that_is_parsed(document):
    put = document["paths"]["/v1_0/likings/{article_id}"]["put"]

    form = put["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert form == {"$ref": "#/components/schemas/Picture"}
    image = document["components"]["schemas"]["Picture"]["properties"]["image"]
    assert (image["type"], image["format"]) == ("string", "binary")


def test_json_that_is_ready_is_described_as_what_it_is(document):
    put = document["paths"]["/v1_0/likings/{article_id}"]["put"]

    schema = put["responses"]["200"]["content"]["application/json"]["schema"]
    data = {"type": "array", "items": {"$ref": "#/components/schemas/Card"}}
    assert schema["properties"]["data"] == data


def test_an_answer_with_a_message_of_its_own_has_no_envelope(document):
    get = document["paths"]["/v1_0/likings/{article_id}"]["get"]

    schema = get["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/Sent"}


def test_a_status_that_no_annotation_tells_is_not_guessed():
    app = Application("test")
    add_routes(app, Api(app), "news", [("/v1_0/teapot", SomeStatusResource)])

    with pytest.raises(TypeError, match="the status must be a literal"):
        openapi.describe(app, title="Readers", version="1.2", servers=["/"])


def test_what_the_code_does_not_tell_is_left_open(document):
    patch = document["paths"]["/v1_0/likings/{article_id}"]["patch"]

    schema = patch["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["properties"]["data"]["type"] == "object"
