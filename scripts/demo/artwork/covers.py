"""Choice of the composition: which families fit which channel."""

from . import charts, culture, objects, places, screens, skies, sports
from . import geometry as geo
from . import landscapes as land
from . import technical as tech
from .canvas import Canvas
from .motifs import MOTIFS, Family
from .palette import choose_palette, stable_random

COVER_SIZE = (720, 405)
_SCALE = 2

_GENERIC: tuple[Family, ...] = (
    land.mountains,
    geo.paper_waves,
    geo.bauhaus,
    geo.flow_field,
    objects.leaves,
    geo.orbs,
)
_THEMES: dict[str, tuple[Family, ...]] = {
    "technology": (tech.circuit, tech.network, geo.isometric, skies.planets, screens.phones),
    "frontend": (screens.windows, geo.bauhaus, screens.phones, geo.orbs, geo.paper_waves),
    "backend": (tech.cylinders, tech.gears, tech.network, screens.windows, geo.isometric),
    "python": (tech.snake, screens.windows, geo.flow_field, geo.truchet, charts.charts),
    "java": (objects.cups, geo.isometric, screens.windows, tech.gears, culture.books),
    "go": (geo.flow_field, tech.gears, tech.network, screens.windows, geo.ripples),
    "database": (tech.cylinders, geo.isometric, tech.tree, charts.charts, charts.donuts),
    "ai": (tech.neurons, tech.network, geo.flow_field, geo.orbs, tech.circuit),
    "linux": (skies.penguins, screens.windows, tech.circuit, geo.truchet, land.peaks),
    "architecture": (geo.isometric, places.arches, tech.network, places.columns, tech.gears),
    "algorithm": (charts.sorting, tech.tree, geo.truchet, tech.network, geo.scales),
    "testing": (screens.checks, places.flasks, screens.windows, screens.boards, charts.sorting),
    "product": (screens.phones, screens.boards, charts.donuts, geo.paper_waves, charts.charts),
    "design": (geo.bauhaus, geo.scales, geo.paper_waves, geo.orbs, geo.truchet),
    "digital": (screens.phones, tech.circuit, geo.orbs, geo.isometric, screens.windows),
    "city": (skies.skyline, skies.street, land.road, geo.isometric, objects.cups),
    "travel": (land.sea, land.mountains, land.balloons, land.road, land.dunes),
    "food": (objects.bowls, objects.cups, objects.leaves, objects.pots, geo.scales),
    "health": (places.pulse, objects.leaves, objects.bowls, sports.track, geo.ripples),
    "sports": (sports.court, sports.track, land.peaks, land.sea, land.road),
    "film": (culture.film, culture.cinema, skies.skyline, skies.night_sky),
    "books": (culture.books, objects.cups, objects.pots, geo.paper_waves, land.forest),
    "history": (places.columns, places.arches, skies.street, land.dunes, culture.books),
    "science": (places.atom, skies.planets, places.flasks, skies.night_sky, geo.ripples),
    "finance": (charts.charts, places.coins, charts.donuts, skies.skyline, places.columns),
    "education": (culture.books, places.atom, objects.pots, land.balloons, screens.boards),
}


# Ticks, texts and rising curves make no sense in a mirror.
_ONE_WAY: frozenset[Family] = frozenset(
    (
        places.coins,
        screens.boards,
        charts.charts,
        screens.checks,
        screens.phones,
        charts.sorting,
        screens.windows,
    )
)


def draw_cover(seed: str, *, theme: str, motif: str = "") -> bytes:
    """Draw the cover of an article of the channel ``theme``, or a picture of a ``motif``.

    Returns a JPEG of 720 by 405 pixels that depends on the arguments alone. A theme that is not
    known gets an abstract picture.

    :param motif: one of :data:`MOTIFS`; without it the theme and chance decide what is shown
    """
    rng = stable_random("cover", motif or theme, seed)
    family = MOTIFS[motif] if motif else rng.choice(_THEMES.get(theme, _GENERIC))
    palette = choose_palette(rng)
    canvas = Canvas(COVER_SIZE[0] * _SCALE, COVER_SIZE[1] * _SCALE, palette.ground)
    family(canvas, rng, palette)
    if family not in _ONE_WAY and rng.random() < 0.5:
        canvas.flip()
    return canvas.export(_SCALE)
