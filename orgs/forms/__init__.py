"""Forms of this room, and in `base` what all rooms' forms are made of."""
