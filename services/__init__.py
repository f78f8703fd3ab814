"""A folder per deployable; they meet only in events and over HTTP."""
