"""Patch documents on this machine: read, judged, compared and converted. Nothing is sent anywhere."""
