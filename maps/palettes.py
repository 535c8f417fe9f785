"""Colours of data, apart from the colours of the interface.

The density ramp runs from pale to dark on a light page and from dark to bright on a dark one, so that
more always stands out; lightness alone tells the steps apart, for readers who do not see hues. Topics
have a fixed set (Paul Tol's "muted", nine hues that colour-blind readers can tell apart) and always their name
beside the colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Ramp:
    """Colours from little to much, for a light and for a dark page."""

    light: tuple[str, ...]
    dark: tuple[str, ...]


DENSITY = Ramp(
    light=("#fdf3da", "#fbdfae", "#f7bd7b", "#ee8f5b", "#d65a53", "#a3325c", "#5c1750"),
    dark=("#2a1c3d", "#4b2154", "#7a2a60", "#ad3a5e", "#dc6150", "#f6a057", "#fee39b"),
)
DENSITY_BREAKS_PER_HA = (2, 5, 10, 20, 40, 80, 160)
DENSITY_BREAKS_PER_100_HOUSEHOLDS = (1, 2, 5, 10, 20, 50, 100)

GRIDS = Ramp(light=DENSITY.light[1:6], dark=DENSITY.dark[1:6])
"""Areas by a measure, from least trouble to most: the steps of the density ramp that part well from the ground."""
CHANGE = Ramp(
    light=("#2a6fb0", "#9cc4e0", "#e4e2da", "#eda679", "#b04a14"),
    dark=("#7db8ea", "#3d6688", "#3c4341", "#96562f", "#f29a5f"),
)
"""From fewer over about as many to more: blue and orange part for the colour-blind, lightness for who sees none."""
SHADES = len(GRIDS.light)

HOT = Ramp(light=("#f4b183", "#dd6b3c", "#a8261b"), dark=("#7d3b1f", "#c85a2b", "#ff9d5c"))
COLD = Ramp(light=("#a9cbe3", "#5a97c4", "#1f5a94"), dark=("#274a68", "#3f7cb0", "#86c3f2"))
"""What chance gives at most once in 10, 20 and 100 cells that are named so."""

TOPICS = {
    "消防安全": "#cc6677",
    "环境卫生": "#117733",
    "矛盾纠纷": "#882255",
    "社会保障": "#88ccee",
    "公共设施": "#44aa99",
    "交通停车": "#332288",
    "噪音扰民": "#ddcc77",
    "房屋安全": "#aa4499",
    "便民服务": "#999933",
}
OTHER_TOPIC = "#8a8f8c"


def stylesheet() -> str:
    """The data colours as CSS custom properties and classes; the only place where CSS learns them."""
    ramps = {"density": DENSITY, "shade": GRIDS, "change": CHANGE}

    def properties(theme: Theme) -> str:
        steps = "".join(
            f"--{name}-{step}:{colour};"
            for name, ramp in ramps.items()
            for step, colour in enumerate(getattr(ramp, theme), 1)
        )
        return steps + "".join(
            f"--{name}-{level}:{colour};"
            for name, ramp in (("hot", HOT), ("cold", COLD))
            for level, colour in zip((90, 95, 99), getattr(ramp, theme), strict=True)
        )

    swatches = "".join(
        f".{name}-{step}{{background:var(--{name}-{step})}}"
        for name, ramp in ramps.items()
        for step in range(1, len(ramp.light) + 1)
    )
    dots = "".join(
        f".topic-{number}{{background:{colour}}}" for number, colour in enumerate((*TOPICS.values(), OTHER_TOPIC), 1)
    )
    return (
        f":root{{{properties('light')}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{properties('dark')}}}}}{swatches}{dots}"
    )


def topic_class(topic: str | None) -> str:
    """The CSS class that carries a topic's colour."""
    names = list(TOPICS)
    return f"topic-{names.index(topic) + 1 if topic in TOPICS else len(names) + 1}"
