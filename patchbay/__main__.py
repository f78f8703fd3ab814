"""`python -m patchbay`, where the command is not on the path."""

from patchbay.main import app

app(prog_name="patchbay")
