"""Pictures in words: what a map or a chart shows, for readers who cannot see it."""

from __future__ import annotations

from geo.releases.release import Release
from layers.catalogue import Layer
from layers.charts import ranking
from layers.styles.legend import legend
from layers.words import say


def map_description(release: Release, layer: Layer, *, lang: str) -> str:
    """The map's title and how many municipalities are in each class and status."""
    drawn = legend(release, layer)
    counts = [(item.label[lang], item.count) for item in drawn.items]
    counts += [(status.label[lang], status.count) for status in drawn.statuses]
    classes = [f"{label}: {count}" for label, count in counts if count]
    return say(
        "map",
        "description",
        lang,
        region=release.region_names[lang],
        title=layer.title[lang],
        classes=say("format", "separator", lang).join(classes),
    )


def chart_description(
    release: Release, layer: Layer, *, lang: str, highlight: str | None = None
) -> str:
    """The chart's title and every bar's municipality and figure."""
    bars = [
        f"{cell.names[lang]} {cell.text[lang]}"
        for cell in ranking(release, layer, lang=lang, highlight=highlight)
    ]
    joined = say("format", "separator", lang).join(bars)
    return say("map", "chart", lang, title=layer.title[lang], bars=joined)
