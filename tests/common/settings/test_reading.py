"""Where settings come from, and what is refused (contract/settings.md §3, §4)."""

from __future__ import annotations

import pytest

from common.settings import SettingsError, load, masked, warnings

SECRETS = {name: f"{name}-{'x1Y2' * 10}" for name in ("jwt_secret", "mis_jwt_secret", "secret_key")}


@pytest.fixture(autouse=True)
def variables(monkeypatch):
    """Sets variables; the three secrets are set already."""

    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"TOUTIAO_{name.upper()}", value)

    put(**SECRETS)
    return put


def test_the_environment_wins_over_secret_files_over_the_settings_file(variables, tmp_path):
    settings_file, secret_file = tmp_path / "settings.py", tmp_path / "secret"
    settings_file.write_text("TZ = 'Asia/Tokyo'\nJWT_EXPIRY_HOURS = 3\nJWT_REFRESH_DAYS = 4\n")
    secret_file.write_text("5\n")
    variables(
        web_settings=str(settings_file),
        jwt_expiry_hours_file=str(secret_file),
        jwt_refresh_days_file=str(secret_file),
        jwt_refresh_days="6",
    )

    settings = load()

    assert settings.tz == "Asia/Tokyo"
    assert (settings.jwt_expiry_hours, settings.jwt_refresh_days) == (5, 6)


@pytest.mark.parametrize("variable", ["web_settings", "secret_key_file"])
def test_a_file_that_cannot_be_read_is_an_error_that_names_the_variable(variables, variable):
    variables(**{variable: "/does/not/exist"})

    with pytest.raises(SettingsError, match=f"TOUTIAO_{variable.upper()}: cannot"):
        load()


@pytest.mark.parametrize("secret", ["short", "a" * 40])
def test_a_secret_that_is_worthless_is_refused_and_not_repeated(variables, secret):
    variables(jwt_secret=secret)

    with pytest.raises(SettingsError, match="TOUTIAO_JWT_SECRET: ") as refused:
        load()

    assert secret not in str(refused.value)


def test_a_variable_that_no_setting_reads_is_complained_about(variables):
    variables(jwt_expire_hours="9", elastic_url="http://127.0.0.1:9200", celery_settings="x")

    assert warnings() == [
        "TOUTIAO_ELASTIC_URL is not a setting and has no effect",
        "TOUTIAO_JWT_EXPIRE_HOURS is not a setting and has no effect",
        "TOUTIAO_CELERY_SETTINGS is not read; use TOUTIAO_BROKER_URL",
    ]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"JWT_EXPIRY_HOURS = 'geheim' / 2\n", "settings.py, line 1: TypeError"),
        (b"TZ = 'x'\nraise SystemExit('geheim')\n", "settings.py, line 2: SystemExit"),
        (b"TZ = \n", "settings.py, line 1: SyntaxError"),
        (b"TZ = '\xff'\n", "settings.py is not UTF-8 text"),
        (b"TZ = 'a'\x00\n", "settings.py: "),
    ],
)
def test_a_settings_file_that_fails_is_named_with_its_line_and_never_quoted(
    variables, tmp_path, content, place
):
    (tmp_path / "settings.py").write_bytes(content)
    variables(web_settings=str(tmp_path / "settings.py"))

    with pytest.raises(SettingsError, match="TOUTIAO_WEB_SETTINGS: ") as refused:
        load()

    assert place in str(refused.value)
    assert "geheim" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("content", [b"\xff\xfe" * 40, b'["half'])
def test_a_secret_file_that_is_no_text_or_half_a_list_is_named(variables, tmp_path, content):
    (tmp_path / "secret").write_bytes(content)
    variables(secret_key_file=str(tmp_path / "secret"))

    with pytest.raises(SettingsError, match="TOUTIAO_SECRET_KEY_FILE: "):
        load()


@pytest.mark.parametrize("pair", [("mis_jwt_secret", "jwt_secret"), ("secret_key", "jwt_secret")])
def test_two_equal_secrets_are_refused_and_both_named(variables, pair):
    second, first = pair
    variables(**{second: SECRETS[first]})

    with pytest.raises(SettingsError, match=f"{second.upper()} must not equal {first.upper()}"):
        load()


def test_nodes_of_elasticsearch_have_a_port_and_show_no_password(variables):
    variables(elasticsearch_url="https://me:s3cret@a.example, https://me:0ther@b.example:9243")

    settings = load()

    assert settings.elasticsearch_urls == (
        "https://me:s3cret@a.example:9200",
        "https://me:0ther@b.example:9243",
    )
    assert masked(settings)["ELASTICSEARCH_URL"] == (
        "https://me:******@a.example,https://me:******@b.example:9243"
    )


@pytest.mark.parametrize("url", ["127.0.0.1:9200", "ftp://a.example", "https://", "http://a,b"])
def test_what_is_no_address_of_elasticsearch_is_refused(variables, url):
    variables(elasticsearch_url=url)

    with pytest.raises(SettingsError, match="TOUTIAO_ELASTICSEARCH_URL: must be"):
        load()
