"""Nothing but the plugin, for a checkout that is not installed."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Say what is missing instead of failing on a fixture."""
    if not config.pluginmanager.hasplugin("ocpp-conformance"):
        raise pytest.UsageError("the plugin is not installed: run `make install` first")
