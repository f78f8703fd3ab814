"""What people install to talk to Patchbay: the client and the `patchbay` command."""
