"""All procedures of the portal that the guide tells.

Each is walked in a browser by a test, and by `make guide` for its pictures. Those that are filmed
are the chapters of the video, and are in the easy-read PDF.
"""

from .for_administrators import EDIT, REGISTER, REMOVE
from .for_holders import FIRST_TOKEN, RENAME_OWN, REPORT_LOST, USE

FILMED = (REGISTER, EDIT, REMOVE, USE)
PROCEDURES = (*FILMED, FIRST_TOKEN, RENAME_OWN, REPORT_LOST)
