"""One visit for each page of the route table: it yields at every state that the page has.

A subject's visits are in a module of its own, listed here.
"""

from . import administration, joining, keys, signing_in, stepping_up

VISITS = [*signing_in.VISITS, *administration.VISITS, *joining.VISITS, *keys.VISITS]
# What is shown in place of a page, at its address.
IN_PLACE = stepping_up.VISITS
