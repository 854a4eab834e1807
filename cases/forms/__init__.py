"""Forms of the private work: what each asks, and what it refuses."""
