"""Stories played on a sandbox through the profile's trading roles: what plain contract testing can't see.

A story only acts and records. What its record means is for ``certification.checks`` to say.
"""
