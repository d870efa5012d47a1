"""Words one letter apart, found without looking at all words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from rapidfuzz.distance import OSA


class NearWords:
    """Words filed under themselves and under what is left when any one letter is left out.

    Two words that differ by one letter left out, added, changed or swapped with the next share one
    of these forms (Garbe 2012, "symmetric delete"). The forms are kept as 64-bit hashes in one
    sorted column beside the number of their word: 12 bytes a form, not a hundred.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = list(words)
        counts = np.array([len(word) + 1 for word in self._words], dtype=np.int64)
        forms = np.fromiter(
            (hash(form) for word in self._words for form in _forms(word)),
            dtype=np.int64,
            count=int(counts.sum()),
        )
        owner = np.repeat(np.arange(len(self._words), dtype=np.int32), counts)
        order = np.argsort(forms, kind="stable")
        self._forms, self._owner = forms[order], owner[order]

    def near(self, typed: str) -> list[str]:
        """The words at most one letter from the typed one, in the order they were given."""
        looked_for = np.array([hash(form) for form in _forms(typed)], dtype=np.int64)
        starts = self._forms.searchsorted(looked_for)
        ends = self._forms.searchsorted(looked_for, "right")
        found = {
            owner
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
            if start < end
            for owner in self._owner[start:end].tolist()
        }
        words = [self._words[at] for at in sorted(found)]
        return [word for word in words if OSA.distance(typed, word, score_cutoff=1) <= 1]


def _forms(word: str) -> Iterator[str]:
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
