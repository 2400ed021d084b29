"""Training and test sets: blurred patches and photographs, and sharp ones for them."""

from .patches import make_blur_patches
from .photos import make_blur_photos
from .sharp_photos import load_sharp_photos

__all__ = ["load_sharp_photos", "make_blur_patches", "make_blur_photos"]
