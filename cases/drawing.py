"""A signature drawn with finger, pen or mouse: strokes of whole numbers, never a picture. Pure functions."""

import hashlib
import json

# Strokes as lists of x, y, x, y… on a field of this size, from the device's pointer.
WIDTH, HEIGHT = 600, 200
STROKES, POINTS, FEWEST = 120, 6000, 6


def read_drawing(text):
    """The strokes in a drawn signature's text; None when they are no drawing, [] when nothing was drawn."""
    try:
        strokes = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return None
    if not isinstance(strokes, list) or len(strokes) > STROKES:
        return None
    if not all(isinstance(s, list) and s and len(s) % 2 == 0 for s in strokes):
        return None
    numbers = [number for stroke in strokes for number in stroke]
    if len(numbers) > 2 * POINTS or not all(type(n) is int and 0 <= n <= WIDTH for n in numbers):
        return None
    return strokes


def is_a_drawing(strokes):
    """Whether it is more than a dot that a finger left by mistake."""
    points = sum(len(stroke) for stroke in strokes) // 2
    across = [x for stroke in strokes for x in stroke[::2]]
    return points >= FEWEST and max(across) - min(across) >= WIDTH // 20


def path_of(strokes):
    """The strokes as the path of an SVG: made of numbers alone."""
    return "".join(
        "M" + "L".join(f"{x} {y}" for x, y in zip(stroke[::2], stroke[1::2], strict=True))
        for stroke in strokes
    )


def marks_of(signature):
    """What tells each drawing of a signature from every other one: the SHA-256 of its strokes, in order.

    A mark of its own for each, so that a drawing is known again beside any other and in either place. No hand
    draws the same strokes twice to the point: the same mark a second time is a copy (R17).
    """
    drawn = [signature.get(which, {}).get("drawn") for which in ("first", "second")]
    return [hashlib.sha256(json.dumps([strokes]).encode()).hexdigest() for strokes in drawn if strokes]
