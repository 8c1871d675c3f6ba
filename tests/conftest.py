"""What the tests share."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes depends on what else the machine does, and a timing is never a test. The examples are the same in
# every run, so that a red build means a change; `pytest --hypothesis-profile search` goes and looks for others.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("patient", patient, derandomize=True)
settings.register_profile("search", patient, max_examples=2000)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --update` writes what is printed now into the files that say what should be; read the difference before keeping it."""
    parser.addoption("--update", action="store_true", help="write the expected texts anew")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected texts are to be written anew."""
    return bool(request.config.getoption("--update"))
