"""The page of parts is drawn by the very macros that the pages use."""

from __future__ import annotations

import pytest

from upheld.cases.tests.makers import make_house
from upheld.promises.models import State
from upheld.web.tests.visitors import browser_of

pytestmark = pytest.mark.django_db


def test_every_part_is_drawn_in_every_state():
    page = browser_of(make_house().ada).get("/styleguide")
    assert page.status_code == 200
    html = page.content.decode()
    for state in State.values:
        assert f'data-state="{state}"' in html
    assert "style=" not in html
