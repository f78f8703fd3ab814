"""Servers of our own on this machine: an embedded PostgreSQL and a private RabbitMQ node, for `up` and the tests."""
