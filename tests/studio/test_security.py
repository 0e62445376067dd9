"""Only the person who started the studio can use it."""

import pytest
from starlette.testclient import TestClient

from narrator.build.options import Options
from narrator.studio.app import create_app
from narrator.studio.security import Access
from narrator.studio.studio import Studio

PORT = 8765
HOST = f"127.0.0.1:{PORT}"
# fixed, because it is part of the names of tests, which every worker must collect alike
TOKEN = "Yx" * 21 + "Q"


@pytest.fixture(scope="module")
def client():
    studio = Studio(Options(engine="tone"))
    app = create_app(studio, Access(TOKEN, PORT))
    with TestClient(app, base_url=f"http://{HOST}", follow_redirects=False) as test_client:
        yield test_client
    studio.close()


COOKIE = {"cookie": f"narrator_studio_{PORT}={TOKEN}"}
OWN = {**COOKIE, "origin": f"http://{HOST}"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", COOKIE, 200),
        ("GET", "/api/library", COOKIE, 200),
        ("GET", "/api/library", {**COOKIE, "host": f"localhost:{PORT}"}, 200),
        ("GET", "/api/library", {}, 403),
        ("GET", "/", {}, 403),
        ("GET", "/page/studio.js", {}, 403),
        ("GET", "/api/library", {"cookie": f"narrator_studio_{PORT}={TOKEN[:-1]}x"}, 403),
        ("GET", "/api/library", {"cookie": f"narrator_studio_1={TOKEN}"}, 403),
        ("GET", f"/api/library?token={TOKEN}", {}, 403),
        ("GET", "/?token=wrong", {}, 403),
        ("GET", "/?token=%ff%00", {}, 403),
        # DNS rebinding: another site's name leads to this machine
        ("GET", "/api/library", {**COOKIE, "host": f"evil.example:{PORT}"}, 403),
        ("GET", "/api/library", {**COOKIE, "host": f"192.168.1.9:{PORT}"}, 403),
        ("GET", "/api/library", {**COOKIE, "host": "127.0.0.1"}, 403),
        ("GET", "/api/library", {**COOKIE, "host": "127.0.0.1:80"}, 403),
        # another page in the same browser
        ("GET", "/api/library", {**COOKIE, "origin": "http://evil.example"}, 403),
        ("GET", "/api/library", {**COOKIE, "origin": "null"}, 403),
        ("GET", "/api/library", {**COOKIE, "sec-fetch-site": "cross-site"}, 403),
        ("GET", "/api/library", {**COOKIE, "sec-fetch-site": "same-site"}, 403),
        ("POST", "/api/commands", COOKIE, 403),
        ("POST", "/api/commands", {**COOKIE, "origin": "http://127.0.0.1:1"}, 403),
        ("POST", "/api/commands", {"origin": f"http://{HOST}"}, 403),
        ("POST", "/api/commands", OWN, 400),
        ("PUT", "/api/commands", OWN, 405),
        ("GET", "/page/../messages.py", COOKIE, 404),
        ("GET", "/page/%2e%2e%2fapp.py", COOKIE, 404),
        ("GET", "/page/index.htm", COOKIE, 404),
        ("GET", "/api/files/../../etc/passwd", COOKIE, 404),
        ("GET", "/api/files/-1", COOKIE, 404),
        ("GET", "/api/files/0", COOKIE, 404),
    ],
)
def test_a_request_is_answered_only_if_it_is_the_users(client, method, path, headers, status):
    assert client.request(method, path, headers=headers).status_code == status


def test_the_token_goes_from_the_address_into_a_cookie_that_no_script_can_read(client):
    answer = client.get(f"/?token={TOKEN}", headers={"sec-fetch-site": "none"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    client.cookies.clear()


def test_every_answer_forbids_what_the_page_does_not_need(client):
    for headers in (COOKIE, {}):
        answer = client.get("/", headers=headers)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("host", "is_open", "is_allowed"),
    [
        ("192.168.1.9:8765", True, True),
        ("[fe80::1]:8765", True, True),
        ("[::1]:8765", False, True),
        ("studio.example:8765", True, False),
        ("127.0.0.1.evil.example:8765", True, False),
        ("", True, False),
        ("127.0.0.1:８７６５", False, False),
    ],
)
def test_a_server_for_the_network_answers_to_addresses_and_not_to_names(host, is_open, is_allowed):
    assert Access(TOKEN, PORT, is_open).allow_host(host) is is_allowed
