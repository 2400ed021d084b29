"""Pages: drawn text, figures and rules, as sharp scenes beside photographs.

Sharp text has more power at high frequencies than any landscape: who has never seen some
takes it for sharp when it is a little out of focus.
"""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

__all__ = []

# Rows and columns of a page, and how many times finer it is drawn than it is seen.
SMALLEST, LARGEST = 300, 620
FINER = 2
# Pixels of a letter, as seen.
LEAST_TYPE, LARGEST_TYPE = 8, 48
# Of a letter its width, of type a slant to the right, by times.
NARROWEST, WIDEST = 0.7, 1.3
LEAST_SLANT, LARGEST_SLANT = -0.05, 0.3
# Letters, and how often each comes in English, of a thousand.
LETTERS = list("etaoinshrdlcumwfgypbvkjxqz")
OFTEN = [127, 91, 82, 75, 70, 67, 63, 61, 60, 43, 40, 28, 28]
OFTEN += [24, 24, 22, 20, 20, 19, 15, 10, 8, 2, 2, 1, 1]
# Blocks of a page, and how often each kind comes.
KINDS = ("text", "picture", "figure", "rules")
SHARES = (0.72, 0.1, 0.1, 0.08)


def draw_page(photographs, rng):
    """A page, uint8 of shape (H, W, 3), with pictures out of some photographs on it."""
    shape = rng.randint(SMALLEST, LARGEST, size=2).tolist()
    paper, ink = _paper_and_ink(rng)
    page = Image.new("RGB", (FINER * shape[1], FINER * shape[0]), paper)
    for kind, box in _blocks(page.size, rng):
        if kind == "text":
            _write(page, box, ink, rng)
        elif kind == "picture":
            _paste(page, box, photographs[rng.randint(len(photographs))])
        elif kind == "figure":
            _draw_figure(ImageDraw.Draw(page), box, ink, rng)
        else:
            _draw_rules(ImageDraw.Draw(page), box, ink, rng)
    turn = rng.choice([0.0, rng.normal(0, 4), rng.uniform(-30, 30)], p=[0.35, 0.5, 0.15])
    page = page.rotate(turn, Image.Resampling.BICUBIC, fillcolor=paper)
    ways = Image.Resampling.LANCZOS, Image.Resampling.BOX
    page = np.asarray(page.resize(shape[::-1], ways[rng.randint(2)]), np.float32)
    return np.rint(page * _light(shape, rng)[..., None]).astype(np.uint8)


def _paper_and_ink(rng):
    """Colours: dark on light mostly, of a third on pure white; one in five reversed."""
    paper = rng.uniform(180, 255) + rng.uniform(-22, 22, 3)
    if rng.random_sample() < 1 / 3:
        paper = np.full(3, 255.0)
    ink = rng.uniform(0, 90) + rng.uniform(-20, 20, 3)
    if rng.random_sample() < 0.25:
        ink = rng.uniform(0, 160, 3)
    if rng.random_sample() < 0.2:
        paper, ink = 0.6 * ink, paper
    return (tuple(colour.clip(0, 255).astype(int).tolist()) for colour in (paper, ink))


def _blocks(size, rng):
    """Kinds and boxes (left, top, width, height) of what stands in columns on a page."""
    n_columns = rng.randint(1, 4)
    width = size[0] // n_columns
    for column in range(n_columns):
        top = rng.randint(40)
        while top < size[1] - 20:
            height = max(int(min(size[1] - top, size[1] * rng.uniform(0.1, 0.6))), 20)
            left, right = column * width + rng.randint(5, 30, size=2) * (1, -1)
            box = int(left), int(top), int(max(right + width - left, 20)), height
            yield KINDS[rng.choice(len(KINDS), p=SHARES)], box
            top += height + rng.randint(4, 60)


def _write(page, box, ink, rng):
    """Lines of words, all in one size and shape of type."""
    left, top, width, height = box
    size = FINER * np.exp(rng.uniform(np.log(LEAST_TYPE), np.log(LARGEST_TYPE)))
    broad = np.exp(rng.uniform(np.log(NARROWEST), np.log(WIDEST)))
    slant = rng.uniform(LEAST_SLANT, LARGEST_SLANT) if rng.random_sample() < 0.25 else 0.0
    bold = max(round(size / 24), 1) if rng.random_sample() < 0.25 else 0
    lead = rng.uniform(1.1, 1.7) * size
    text = Image.new("L", (int(width / broad) + 1, height))
    draw, font = ImageDraw.Draw(text), ImageFont.load_default(size)
    for y in np.arange(0, height, lead).tolist():
        line = _words(int(text.width / (2.5 * size)) + 1, rng)
        if rng.random_sample() < 0.12:
            # The last one of a paragraph.
            line = line[: rng.randint(1, len(line) + 1)]
        draw.text((0, y), line, font=font, fill=255, stroke_width=bold)
    shape = (1 / broad, slant, 0, 0, 1, 0)
    method = Image.Transform.AFFINE, shape, Image.Resampling.BICUBIC
    page.paste(ink, (left, top), text.transform((width, height), *method))


def _words(n_words, rng):
    often = np.divide(OFTEN, sum(OFTEN))
    words = []
    for _ in range(n_words):
        if rng.random_sample() < 0.12:
            words.append(str(rng.randint(10 ** rng.randint(1, 6))))
            continue
        word = "".join(rng.choice(LETTERS, 1 + rng.poisson(3.6), p=often))
        case = rng.choice(["upper", "capitalize", "lower"], p=[0.06, 0.19, 0.75])
        words.append(getattr(word, case)())
    return " ".join(words)


def _paste(page, box, photograph):
    left, top, width, height = box
    picture = Image.fromarray(np.asarray(photograph)).convert("RGB")
    page.paste(picture.resize((width, height), Image.Resampling.LANCZOS), (left, top))


def _draw_figure(draw, box, ink, rng):
    """Lines, frames, rings and curves."""
    left, top, width, height = box
    for _ in range(rng.randint(1, 8)):
        colour = tuple(rng.randint(256, size=3).tolist())
        style = {"fill": ink if rng.random_sample() < 0.6 else colour}
        style["width"] = rng.randint(1, 6)
        x, y = np.sort(rng.random_sample((2, 2))) * [[width], [height]] + [[left], [top]]
        ends = np.column_stack([x, y]).ravel().tolist()
        what = rng.randint(4)
        if what == 0:
            # Down to the right, or up.
            draw.line(ends if rng.randint(2) else [ends[i] for i in (0, 3, 2, 1)], **style)
        elif what == 1:
            draw.rectangle(ends, outline=style["fill"], width=style["width"])
        elif what == 2:
            draw.ellipse(ends, outline=style["fill"], width=style["width"])
        else:
            curve = (
                np.linspace(left, left + width, 30),
                top + height * rng.random_sample(30),
            )
            draw.line(np.column_stack(curve).ravel().tolist(), **style)


def _draw_rules(draw, box, ink, rng):
    left, top, width, height = box
    for y in top + np.arange(rng.randint(2, 9)) * height // 9:
        draw.line([left, int(y), left + width, int(y)], fill=ink, width=rng.randint(1, 4))


def _light(shape, rng):
    """Times (H, W) of light that falls on a page, even or from one side."""
    if rng.random_sample() < 0.4:
        return np.ones(shape, np.float32)
    down, across = (np.linspace(0, 1, side, dtype=np.float32) for side in shape)
    corners = rng.uniform(0.6, 1, (2, 2)).astype(np.float32)
    return np.column_stack([1 - down, down]) @ corners @ np.stack([1 - across, across])
