"""The token station: a security key's PIN and reset, at the desk with the USB port.

It runs on the administrator's own computer, without Django and without the portal.
"""
