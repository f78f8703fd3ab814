"""What the rings start and share."""
