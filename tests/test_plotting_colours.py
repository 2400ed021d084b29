"""The colours of the types: told apart by all eyes, on white and on each other."""

from itertools import combinations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from skblur import blur_types
from skblur.plotting.colours import UNDECIDED_COLOUR, colour_of, line_colour_of

# What is seen of linear light without cones of long, middle and short waves: Machado,
# Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
# deficiency", IEEE Transactions on Visualization and Computer Graphics 15(6), 2009.
EYES = {
    "all cones": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
NAMES = [each.name for each in blur_types()]


def seen(colour, eye):
    """CIELAB of a colour in sRGB, as an eye sees it."""
    colour = np.array(colour, float)
    light = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    light = np.clip(np.array(EYES[eye]) @ light, 0, 1)
    curved = 1.055 * light ** (1 / 2.4) - 0.055
    return rgb2lab(np.where(light <= 0.0031308, 12.92 * light, curved)[None, None])[0, 0]


@pytest.mark.parametrize("eye", EYES)
def test_types_are_told_apart(eye):
    """Ten units are said to be seen at a glance."""
    for one, other in combinations(NAMES, 2):
        difference = deltaE_ciede2000(
            seen(colour_of(one), eye), seen(colour_of(other), eye)
        )
        assert difference > 20, (one, other)


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("name", NAMES)
def test_lines_show_on_white(name, eye):
    assert seen(line_colour_of(name), eye)[0] < 70


def test_undecided_is_no_colour_of_a_type():
    assert colour_of("undecided") == UNDECIDED_COLOUR
    assert UNDECIDED_COLOUR not in [each.colour for each in blur_types()]
