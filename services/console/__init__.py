"""The face: server-rendered pages in English and 简体中文, over the gateway's API and nothing else.

Consumes: nothing
Emits: nothing
"""
