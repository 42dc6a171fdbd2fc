"""Publishing, one module per registry: a package and the clearance that covers it in, a release out.

Every ``publish`` demands a ``Clearance`` and sends exactly the bytes that it names. Publishing the same twice changes nothing; other
bytes at a version that exists are refused.
"""
