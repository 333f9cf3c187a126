"""The order in which claims are numbered: that of filing."""

from __future__ import annotations

import sys
from datetime import datetime

from bankruptcy.kinds import records
from bankruptcy.people.access import Access
from ledger import said


def claims_in_order(access: Access) -> list[records.Claim]:
    """Every claim, the first filed first. A demonstration's clock stands: the log decides."""

    def filed(claim: records.Claim) -> tuple[datetime, int]:
        return claim.filed, said.number(access.case, claim.statement) or sys.maxsize

    return sorted(access.view.find(records.CLAIMS), key=filed)
