"""The live CRM: obeys releases, keeps the records, renders the views.

Consumes: release.authorised
Emits: crm.activated, crm.activation_failed, crm.deactivated
"""
