import pytest

import harness


@pytest.fixture(params=harness.ENGINES)
def engine(request):
    """The name of an engine, one after the other."""
    require(request.param)
    return request.param


@pytest.fixture
def database(engine):
    """A fresh database of each engine."""
    with harness.fresh_database(engine) as fresh:
        yield fresh


@pytest.fixture
def onda(database, tmp_path):
    """The program on that database, with the real clock; set `onda.now` to stop it."""
    return harness.Onda(database.url, folder=tmp_path)


@pytest.fixture
def server(onda):
    """A server on the same database."""
    with harness.serving(onda) as running:
        yield running


def require(engine):
    if engine == "postgres" and not harness.POSTGRES:
        pytest.skip("ONDA_TEST_POSTGRES_URL is not set: nothing is tested on PostgreSQL")


def pytest_terminal_summary(terminalreporter):
    """Also with -q: how to repeat this run, and what it left out."""
    terminalreporter.write_line(f"ONDA_E2E_SEED={harness.SEED}")
    for reason in sorted({report.longrepr[2] for report in terminalreporter.stats.get("skipped", [])}):
        terminalreporter.write_line(reason)
