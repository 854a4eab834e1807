"""Invented people and a way to look as one of them; under the demo's own settings alone."""
