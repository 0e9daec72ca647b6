"""One visit for each page of the route table: it yields at every state that the page has.

A subject's visits are in a module of its own, listed here.
"""

from . import (
    administration,
    batches,
    choosing,
    clients,
    desk_sessions,
    guide,
    help_pages,
    importing,
    joining,
    keys,
    leaving,
    logins,
    organisations,
    other_factors,
    passwords,
    policy,
    programs,
    roles,
    signing_in,
    stepping_up,
    stock,
)

SUBJECTS = (
    signing_in,
    choosing,
    logins,
    passwords,
    administration,
    desk_sessions,
    batches,
    joining,
    importing,
    leaving,
    keys,
    stock,
    other_factors,
    policy,
    roles,
    programs,
    clients,
    organisations,
    guide,
    help_pages,
)
VISITS = [visit for subject in SUBJECTS for visit in subject.VISITS]
# What is shown in place of a page, at its address.
IN_PLACE = stepping_up.VISITS
