"""Forms of what arrives and what leaves."""
