"""What a camera does to a picture around the blur of its lens, and people after it.

Blur happens in linear light; between it and a file lie noise, the colour mosaic, a tone
curve, noise reduction, sharpening, rounding, a change of size and JPEG.
"""

from .camera import Camera, draw_camera
from .photo import take_photo

__all__ = ["Camera", "draw_camera", "take_photo"]
