"""Built-in rules (no AI): sentences of known forms become operations; what is not understood is refused, never guessed.

`understand` is the whole face of this package.
"""
