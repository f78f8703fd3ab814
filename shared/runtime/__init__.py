"""What services run on: settings, database, outbox, inbox, messaging, errors, identity, migrations.

Nothing here keeps state in a module: several services share one process and one event loop in the embedded mode.
"""
