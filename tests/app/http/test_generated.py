"""Every operation of the API before generated cases, right and wrong: whatever is sent, the server stands.

A few cases of each in a run of all tests; `make nightly` sends hundreds (VITRAIL_CASES).
"""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from tests.app.http.roles import ROUTES
from tests.app.http.serving import Served, serving
from tests.app.http.visiting import make_key
from tests.app.terminal import make_shop
from vitrail.model.access import PERMISSIONS

CASES = int(os.environ.get("VITRAIL_CASES", "3"))
LEAST = 500
NOT_TOLD = {"GET /api/{path}", "GET /api/openapi.json"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OPERATIONS = sorted({each for each in ROUTES if each.split()[1].startswith("/api/")} - NOT_TOLD)
MODES = {"right": GenerationMode.POSITIVE, "wrong": GenerationMode.NEGATIVE}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("generated")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRAIL_SECRET_KEY_FILE", str(folder / "keys" / "shop.key"))
        root = make_shop(folder / "shop")
        with serving(root, "", options=("--requests-a-second", "0")) as server:
            server.headers = {**make_key(server, *PERMISSIONS), "accept-language": "en"}
            server.document = httpx2.get(f"{server.url}/api/openapi.json", timeout=60).json()
            server.schema = schemathesis.openapi.from_dict(server.document)
            yield server


def test_every_operation_is_tried(served: Served):
    told = served.document["paths"].items()
    found = [f"{method.upper()} {path}" for path, each in told for method in each]
    assert sorted(each for each in found if each.split()[0] in METHODS) == OPERATIONS


@pytest.mark.parametrize("how", MODES)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_nothing_that_is_sent_makes_the_server_fail(served: Served, operation: str, how: str):
    method, path = operation.split()
    strategy = served.schema[path][method].as_strategy(generation_mode=MODES[how])

    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def tried(case: Case) -> None:
        answer = case.call(base_url=served.url, headers=served.headers)
        assert answer.status_code < 500, case.as_curl_command()
        if answer.status_code >= 400:
            assert answer.headers["content-type"][0] == "application/problem+json"

    tried()


def test_the_nightly_run_is_long_enough():
    makefile = Path(__file__).parents[3] / "Makefile"
    [line] = [each for each in makefile.read_text("utf-8").splitlines() if "VITRAIL_CASES=" in each]
    assert 2 * int(line.partition("VITRAIL_CASES=")[2].split()[0]) >= LEAST


@settings(max_examples=max(20, CASES), deadline=None, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=300))
def test_bytes_that_are_no_json_make_no_server_fail(served: Served, body: bytes):
    headers = {**served.headers, "content-type": "application/json"}
    assert httpx2.post(f"{served.url}/api/count", content=body, headers=headers, timeout=60).status_code < 500
