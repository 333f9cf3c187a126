"""A case whose log is judged as it is read: what a trustee relies on before he signs."""

from __future__ import annotations

from bankruptcy.kinds import records
from demo.case import Case
from demo.ledger_client import Ledger
from demo.replica import Replica
from ledger.log.checkpoint import Checkpoint
from ledger.log.errors import Refused
from ledger.log.policy import Policy
from trustee.folder import Folder


class Forked(Refused):
    """The log is not an extension of what was seen before. Fact: `size` of what was seen."""

    slug = "forked"
    zh = "账本与此前看到的（前 {size} 条）不一致：请勿继续，联系法院"
    en = "The ledger is not an extension of the {size} entries seen before: stop, tell the court"


class WatchedCase(Case):
    """The case read by the rules, under a checkpoint that the log signed, one log for ever."""

    def __init__(self, ledger: Ledger, folder: Folder) -> None:
        case = str(folder.settings["case"])
        origin = Checkpoint.parse(ledger.checkpoint(case).text).origin
        super().__init__(ledger, case, origin, folder.journal)
        self._folder = folder
        self.view = Replica(origin, judging=True, tables=lambda root: ledger.table(case, root))

    def follow(self) -> Replica:
        """Read on; every entry is judged before it is applied.

        Raises the refusal of an unlawful entry, of a checkpoint that the log did not sign, and
        Forked.
        """
        note = self._ledger.checkpoint(self.id)
        size = Checkpoint.parse(note.text).size
        for data in self._ledger.entries(self.id, self.view.size, size):
            self.view.feed(data)
        file, seen = records.case_file(self.view), self._folder.seen
        if file is None:
            raise ValueError("the log is empty")
        checkpoint = Policy.parse(file.policy).evaluate(note).checkpoint
        known = None if seen is None else self.view.log.root_at(seen[0])
        if self.view.log.root_at(checkpoint.size) != checkpoint.root or (
            seen is not None and (known is None or known.hex() != seen[1])
        ):
            raise Forked(size=self.view.size if seen is None else seen[0])
        if seen is None or checkpoint.size > seen[0]:
            self._folder.see(checkpoint.size, checkpoint.root)
        return self.view
