"""SpamAssassin finds nothing to hold against a digest."""

import os
import re
import shutil
import subprocess

import pytest

from digest.mail.message.message import Sending
from digest.mail.render.jinja import JinjaRenderer
from digest.settings.core.shape import ThemeSettings
from tests import editions
from tests.unit.mail.message.test_message import SENDING, WEB, message


@pytest.mark.slow
@pytest.mark.parametrize(("name", "sending"), [("day", WEB), ("arabic", SENDING), ("quiet", WEB)])
def test_the_score_is_at_most_zero(name: str, sending: Sending) -> None:
    """The local tests of SpamAssassin 4 give a digest, as it leaves us, a score of 0 or less."""
    spamassassin = shutil.which("spamassassin")
    if spamassassin is None:
        if os.environ.get("CI"):
            pytest.fail("CI must have SpamAssassin")
        pytest.skip("no spamassassin on the PATH: digests are not scored here")
    rendered = JinjaRenderer(ThemeSettings()).render(getattr(editions, name)())
    data = message(rendered, sending=sending).data
    report = subprocess.run([spamassassin, "-L", "-t"], input=data, capture_output=True, check=True).stdout.decode()
    found = re.search(r"score=(-?[\d.]+) .*?tests=([\w,\s]+?)\s+autolearn", report, re.DOTALL)
    assert found, report
    assert float(found[1]) <= 0, found[0]
