"""Files that the demonstration's people send: in pieces, and further where a run was cut off."""

from __future__ import annotations

import hashlib
import secrets

from django.test import override_settings

from demo.session import Session
from ledger import arriving, documents
from ledger.log.encoding import b64u
from tests.apps.permissions.company import HASHER, account
from tests.apps.voting.support import Meeting


def test_a_file_of_several_pieces_goes_on_after_an_earlier_run(live_server: str) -> None:
    meeting = Meeting()
    meeting.open()
    user = account("wang")
    content = b"%PDF-1.7\n" + secrets.token_bytes(2_500_000)
    digest = hashlib.sha256(content).digest()
    with override_settings(PASSWORD_HASHERS=HASHER), Session(live_server) as web:
        web.log_in("wang", "correct horse")
        web.join(meeting.id)
        earlier = arriving.Upload(meeting.id, str(user.pk), "a.pdf", len(content), digest)
        assert arriving.take(earlier, 0, content[:100_000]) == 100_000
        value = web.upload(meeting.id, "a.pdf", "application/pdf", content)
        again = web.upload(meeting.id, "a.pdf", "application/pdf", content)
    assert value == again
    assert (value["sha256"], value["size"]) == (b64u(digest), len(content))
    assert b"".join(documents.documents().open(digest)) == content
