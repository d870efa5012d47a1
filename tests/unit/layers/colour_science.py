"""Colour difference, colour blindness and grey print, written from the papers for the tests.

Sources: CIE 15 (sRGB to CIELAB, D65); Sharma, Wu and Dalal 2005, "The CIEDE2000 color-difference
formula" (Color Research and Application 30:21); Machado, Oliveira and Fernandes 2009, "A
physiologically-based model for simulation of color vision deficiency" (IEEE TVCG 15:1291),
matrices for severity 1.0, applied to linear RGB.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]

MACHADO = {
    "protan": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deutan": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritan": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
RGB_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = RGB_TO_XYZ @ np.ones(3)


def linear(color: str) -> Vector:
    """Linear RGB in 0..1 of "#rrggbb"."""
    encoded = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def seen_by(color: str, vision: str) -> Vector:
    """Linear RGB as a reader with this vision sees it; 'grey' is a print without colour."""
    rgb = linear(color)
    if vision == "normal":
        return rgb
    if vision == "grey":
        return np.full(3, LUMINANCE @ rgb)
    return np.clip(MACHADO[vision] @ rgb, 0, 1)


def lab(rgb: Vector) -> Vector:
    """CIELAB of linear RGB."""
    ratio = RGB_TO_XYZ @ rgb / WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _hue(a: float, b: float) -> float:
    return math.degrees(math.atan2(b, a)) % 360


def ciede2000(one: Vector, two: Vector) -> float:
    """The colour difference of two CIELAB colours (kL = kC = kH = 1)."""
    c_mean = (math.hypot(one[1], one[2]) + math.hypot(two[1], two[2])) / 2
    g = 0.5 * (1 - math.sqrt(c_mean**7 / (c_mean**7 + 25**7)))
    a1, a2 = one[1] * (1 + g), two[1] * (1 + g)
    c1, c2 = math.hypot(a1, one[2]), math.hypot(a2, two[2])
    h1, h2 = _hue(a1, one[2]), _hue(a2, two[2])
    dh, h_mean = _hue_terms(c1 * c2, h1, h2)
    d_lightness, d_chroma = two[0] - one[0], c2 - c1
    d_hue = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(dh) / 2)
    l_mean, chroma = (one[0] + two[0]) / 2, (c1 + c2) / 2
    t = (
        1
        - 0.17 * math.cos(math.radians(h_mean - 30))
        + 0.24 * math.cos(math.radians(2 * h_mean))
        + 0.32 * math.cos(math.radians(3 * h_mean + 6))
        - 0.20 * math.cos(math.radians(4 * h_mean - 63))
    )
    s_l = 1 + 0.015 * (l_mean - 50) ** 2 / math.sqrt(20 + (l_mean - 50) ** 2)
    s_c, s_h = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    theta = 30 * math.exp(-(((h_mean - 275) / 25) ** 2))
    r_t = -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7)) * math.sin(math.radians(2 * theta))
    parts = d_lightness / s_l, d_chroma / s_c, d_hue / s_h
    return math.sqrt(sum(part**2 for part in parts) + r_t * parts[1] * parts[2])


def _hue_terms(product: float, h1: float, h2: float) -> tuple[float, float]:
    if product == 0:
        return 0.0, h1 + h2
    dh = h2 - h1
    if dh > 180:
        dh -= 360
    elif dh < -180:
        dh += 360
    if abs(h1 - h2) <= 180:
        return dh, (h1 + h2) / 2
    return dh, (h1 + h2 + 360) / 2 if h1 + h2 < 360 else (h1 + h2 - 360) / 2


def difference(one: str, two: str, vision: str) -> float:
    """CIEDE2000 between two "#rrggbb" colours as this vision sees them."""
    return ciede2000(lab(seen_by(one, vision)), lab(seen_by(two, vision)))
