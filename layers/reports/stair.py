"""Where the way to a service ends, in one sentence a service."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from layers.catalogue import Layer
from layers.figures import Cell
from layers.reports.sentences import sentence
from layers.words import say

GAPS = ("existence", "capacity", "reach", "fit", "information")
"""The steps at which people stop, in their order."""


def stair_sentences(
    layers: Sequence[Layer], cell: Callable[[str], Cell | None], lang: str
) -> list[str]:
    """One sentence for every service whose stair is shown and which somebody needs.

    A step without a figure is left out; the step of those covered is always told.
    """
    said = []
    for layer in layers:
        if layer.indicator != "stair_covered":
            continue
        need, covered = cell(f"open_needs.{layer.breakdown}"), cell(layer.id)
        if need is None or covered is None or not need.value or covered.value is None:
            continue
        stopped = [
            sentence(f"stair.{step}", lang, text=found.text[lang])
            for step in GAPS
            for found in [cell(f"stair_{step}.{layer.breakdown}")]
            if found is not None and found.value
        ]
        service = say("service_type", layer.breakdown, lang)
        key = "stair.some" if stopped else "stair.all"
        said.append(
            sentence(
                key,
                lang,
                service=service[:1].upper() + service[1:],
                need=need.text[lang],
                covered=covered.text[lang],
                list=say("format", "separator", lang).join(stopped),
            )
        )
    return said
