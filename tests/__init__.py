"""Rings of tests, from pure to whole-system; the only package of this name."""
