"""What several test files share."""

from pathlib import Path

import pytest

from tuopin.build import build
from tuopin.resources import find_data


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own data, built once, without the page."""
    out = tmp_path_factory.mktemp("built") / "build"
    build(find_data(), out, page=False)
    return out
