"""The API description is read from the code, so it cannot say anything else."""

from typing import Annotated

import pytest
from flask import g
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from common.extensions.description import openapi
from common.extensions.web import Application
from common.utils.decorators import login_optional, login_required
from common.utils.http.describing import describes
from common.utils.limiter import limited
from common.utils.output import Api, RawData, Resource, add_routes
from common.utils.parser import Id, Page, Text, parse_headers, parse_json, parse_query
from tests.support.openapi import assert_valid


class Liking(TypedDict):
    target: int


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


class LikingListResource(Resource):
    method_decorators = {  # noqa: RUF012 - as resources declare them
        "post": (limited("60 per minute"), login_required)
    }

    def get(self) -> CardList:
        """Who liked it.

        Nobody reads this part.
        """
        parse_headers(Tracked)
        return parse_query(CardQuery) and g.cards

    def post(self) -> tuple[Liking, int]:
        """Like an article."""
        return {"target": parse_json(LikingCreate).target}, 201


class LikingResource(Resource):
    method_decorators = (login_optional,)

    def delete(self, article_id: int) -> tuple[None, int]:
        """Take it back."""
        return None, 204

    @describes(multipart=["image"], responses={200: Card}, auth="refresh", errors=[413])
    def put(self, article_id: int) -> RawData:
        """Ready-made answers describe themselves."""
        return RawData(b"{}")

    def patch(self, article_id: int) -> RawData:
        """Or leave it open."""
        return RawData(b"{}")


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
    assert set(get["responses"]) == {"200", "400", "default"}
    assert get["security"] == []


def test_answers_come_from_the_annotations(document):
    get = document["paths"]["/v1_0/likings"]["get"]

    schema = get["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["properties"]["data"] == {"$ref": "#/components/schemas/CardList"}
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


def test_a_description_wins_over_the_code(document):
    put = document["paths"]["/v1_0/likings/{article_id}"]["put"]

    assert "multipart/form-data" in put["requestBody"]["content"]
    assert put["security"] == [{"refreshToken": []}]
    assert {"200", "413"} < set(put["responses"])


def test_what_the_code_does_not_tell_is_left_open(document):
    patch = document["paths"]["/v1_0/likings/{article_id}"]["patch"]

    schema = patch["responses"]["201"]["content"]["application/json"]["schema"]
    assert schema["properties"]["data"]["type"] == "object"
