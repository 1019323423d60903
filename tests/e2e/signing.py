"""A shop whose people sign in, for the tests of sessions and of accounts."""
import time

import pytest

import harness
from harness import PASSWORD, Browser

NOW = "2026-02-10T15:30:00Z"
NOBODY = "00000000-0000-4000-8000-000000000000"
EMAIL = "maria@example.com"


def later(days=0, minutes=0):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1770737400 + days * 86400 + minutes * 60))


@pytest.fixture
def shop(onda):
    """The tenant Loja with its owner Maria."""
    onda.now = NOW
    onda.run("init")
    onda.loja = onda.tenant()["id"]
    onda.user("Maria@Example.com", "--name", "Maria")
    return onda


@pytest.fixture
def served(shop):
    with harness.serving(shop, "--trust-proxy", "127.0.0.1", "--workers", "8") as server:
        yield server


def at(onda, now, *args):
    """A server on the same database at another time."""
    onda.now = now
    return harness.serving(onda, "--trust-proxy", "127.0.0.1", *args)


def signed_in(server, email=EMAIL, password=PASSWORD, address=None):
    browser = Browser(server, address)
    answer = browser.sign_in(email, password)
    assert answer.status == 200, answer
    return browser
