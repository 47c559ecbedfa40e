"""Operators: their log-in, accounts, groups and permissions.

Contract: admin.md §1.3, §1.4. What changes is told by ``AdministratorChanged`` and
``RightsChanged``; what they do is written down by :mod:`common.services.audit`.
"""
