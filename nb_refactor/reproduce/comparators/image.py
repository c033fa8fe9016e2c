"""PNG, JPEG and GIF pictures, by what they show."""

from __future__ import annotations

import base64
import binascii
import io
from itertools import islice

from PIL import Image, ImageSequence

from nb_refactor.reproduce.comparators.comparison import SAME, Comparison
from nb_refactor.reproduce.neighbourhood import brightest_near
from nb_refactor.reproduce.raster import Change, changed_pixels, flattened, look_at
from nb_refactor.reproduce.tolerance import Tolerance
from nb_refactor.text import text

SHOWN_SIZE = (800, 800)
MOST_FRAMES = 200
MARK_COLOUR = (214, 0, 147)
MARK_OPACITY = 190
RESCALED = text(
    ", in about the same proportions: drawn at another resolution, or by another version"
)
REDRAWN = text("A picture is drawn a little differently everywhere, as by another version or font.")


def compare_image(saved: str, fresh: str, tolerance: Tolerance) -> Comparison:
    """Pictures as base64: the same when nothing drawn in them changed (see `raster`)."""
    if saved == fresh or "".join(saved.split()) == "".join(fresh.split()):
        return SAME
    old, new = _opened(saved), _opened(fresh)
    if old is None or new is None:
        return Comparison(
            text("The saved picture cannot be read.")
            if old is None
            else text("The fresh picture cannot be read.")
        )
    old_count, new_count = getattr(old, "n_frames", 1), getattr(new, "n_frames", 1)
    if old_count != new_count:
        why = text(
            "The animation had {old_count} frames and now has {new_count}.",
            old_count=old_count,
            new_count=new_count,
        )
        return Comparison(why, saved=_shown(old), fresh=_shown(new), programs=_programs(old, new))
    notes: tuple[str, ...] = ()
    frames = zip(ImageSequence.Iterator(old), ImageSequence.Iterator(new), strict=True)
    for a, b in islice(frames, MOST_FRAMES):
        before, after = flattened(a), flattened(b)
        look = look_at(before, after, same_program=_same_program(old, new))
        if look.change is not None:
            return Comparison(
                _why(before, after, look.change),
                saved=_shown(before),
                fresh=_shown(after),
                marks=_marks(before, after),
                programs=_programs(old, new),
            )
        if look.is_loose:
            notes = (REDRAWN,)
    return Comparison(notes=notes)


def _opened(encoded: str) -> Image.Image | None:
    try:
        picture = Image.open(io.BytesIO(base64.b64decode(encoded)))
        picture.load()
    except (binascii.Error, ValueError, OSError, SyntaxError, Image.DecompressionBombError):
        return None
    return picture


def _same_program(saved: Image.Image, fresh: Image.Image) -> bool:
    """Matplotlib and others write their name and version into the file. JPEG loses pixels."""
    if "JPEG" in (saved.format, fresh.format):
        return False
    return saved.info.get("Software") == fresh.info.get("Software")


def _programs(saved: Image.Image, fresh: Image.Image) -> tuple[str, ...]:
    """What made the two, where the files tell and it is not the same."""
    made_by = tuple(str(picture.info.get("Software", "")) for picture in (saved, fresh))
    old, new = (name.partition(", http")[0] for name in made_by)
    return (old, new) if old and new and old != new else ()


def _marks(saved: Image.Image, fresh: Image.Image) -> str | None:
    """What changed, for the eye: a colour over every pixel that is clearly another one, made a
    little wider so that thin lines are seen."""
    if saved.size != fresh.size:
        return None
    mask = brightest_near(changed_pixels(saved, fresh), 1)
    layer = Image.new("RGBA", saved.size, MARK_COLOUR)
    layer.putalpha(mask.point([0] + [MARK_OPACITY] * 255))
    return _encoded(layer)


def _why(saved: Image.Image, fresh: Image.Image, change: Change) -> str:
    if saved.size != fresh.size:
        old, new = ("{} × {}".format(*picture.size) for picture in (saved, fresh))
        if change.share == 1.0:
            hint = RESCALED if _is_rescaled(saved, fresh) else ""
            return text(
                "The picture was {old} pixels and is now {new}{hint}.", old=old, new=new, hint=hint
            )
    left, top, right, bottom = change.box
    return text(
        "The picture differs in {share:.2%} of its pixels, between ({left}, {top}) "
        "and ({right}, {bottom}).",
        share=change.share,
        left=left,
        top=top,
        right=right,
        bottom=bottom,
    )


def _is_rescaled(saved: Image.Image, fresh: Image.Image) -> bool:
    across, down = fresh.width / saved.width, fresh.height / saved.height
    return abs(across - down) <= 0.05 * max(across, down)


def _shown(picture: Image.Image) -> str:
    """The picture as a PNG in base64, made smaller to fit `SHOWN_SIZE`."""
    return _encoded(flattened(picture))


def _encoded(picture: Image.Image) -> str:
    picture.thumbnail(SHOWN_SIZE)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode("ascii")
