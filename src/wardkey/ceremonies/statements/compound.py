"""§8.9: compound, several statements about one credential. All of them must hold."""

from collections.abc import Callable
from typing import Any

from .attested import Attested, refusal, require_members

MOST_STATEMENTS = 4

VerifyPart = Callable[[str, Any], Attested]


def verify(statements: Any, verify_part: VerifyPart) -> Attested:
    """The first that brings certificates speaks for the credential, or else the first."""
    if type(statements) is not list or not 2 <= len(statements) <= MOST_STATEMENTS:
        raise refusal()
    results = [_verify_one(each, verify_part) for each in statements]
    return next((each for each in results if each.trust_path), results[0])


def _verify_one(statement: Any, verify_part: VerifyPart) -> Attested:
    require_members(statement, "fmt", "attStmt")
    if statement["fmt"] == "compound":
        raise refusal()
    return verify_part(statement["fmt"], statement["attStmt"])
