"""What a proposed change comes to, in the company's words: the files of a request against those that they would replace."""

from collections.abc import Callable
from dataclasses import dataclass

from gitcp.core.differences import Pair, differences
from gitcp.model.base import Record
from gitcp.model.guards import Approval, ProposedFile
from gitcp.store.codec import read
from gitcp.store.layout import Place, place_of


@dataclass(frozen=True, slots=True)
class Proposed:
    """Tells requests. `text_of` returns what a blob holds, or none where it is not at hand."""

    text_of: Callable[[str], str | None]

    def told(self, approval: Approval) -> tuple[str, ...]:
        """Return a sentence for each record that would differ; nothing is said of a file whose present text is not at hand."""
        pairs = (self._pair(file) for file in approval.change)
        return tuple(found.sentence for found in differences(pair for pair in pairs if pair is not None))

    def _pair(self, file: ProposedFile) -> Pair | None:
        place = place_of(file.path)
        old = self.text_of(file.base) if file.base else None
        if place is None or (file.base is not None and old is None):
            return None
        before, after = _record(place, old), _record(place, file.text)
        known = after or before
        return Pair(
            known.kind if known else place.kind,
            place.id,
            file.path,
            before,
            after,
            was_broken=old is not None and before is None,
            is_broken=file.text is not None and after is None,
        )


def _record(place: Place, text: str | None) -> Record | None:
    return None if text is None else read(place, text.encode()).record
