"""What can go wrong, each with the code that programs read and the HTTP status that it means.

The words for people are the doors' business (web/mistakes.py).
"""


class Mistake(Exception):
    """A refusal that changed nothing. `code` is stable, `reason` narrows it for the page.

    `retry_after` is in seconds; 0 where waiting does not help.
    """

    code = "refused"
    status = 400

    def __init__(
        self, reason: str = "", *, reference: str = "", retry_after: int = 0, **details: str
    ) -> None:
        super().__init__(reason or self.code)
        self.reason = reason
        self.reference = reference
        self.retry_after = retry_after
        self.details = details


class NotFound(Mistake):
    """Unknown, or out of the asker's scope: the two answer alike."""

    code = "not_found"
    status = 404


class Forbidden(Mistake):
    """In scope, but not this person's to do."""

    code = "forbidden"
    status = 403


class NotSignedIn(Mistake):
    code = "authentication_required"
    status = 401


class StepUpRequired(Mistake):
    """Signed in by halves: a factor is still owed."""

    code = "step_up_required"
    status = 401


class Resting(StepUpRequired):
    """Wholly signed in, and idle for too long: the key that opened the session opens it again."""


class ProofRequired(StepUpRequired):
    """Wholly signed in, but not lately enough for this deed: `details` has its `act`, the id that
    it is `about` with that one's `name`, and the key `without` which it must be proved."""


class SignInRefused(Mistake):
    """Wrong name or password, unknown, suspended: one answer for all."""

    code = "sign_in_refused"
    status = 401


class CeremonyInvalid(Mistake):
    """A ceremony that failed, for a reason that the browser does not learn."""

    code = "ceremony_invalid"
    status = 400


class SignInCeremonyInvalid(CeremonyInvalid):
    status = 401


class KeyAlreadyRegistered(Mistake):
    code = "key_already_registered"
    status = 409


class ModelNotAllowed(Mistake):
    code = "model_not_allowed"
    status = 403


class TooManyKeys(Mistake):
    code = "too_many_keys"
    status = 409


class ChangedMeanwhile(Mistake):
    """What `If-Match` named is not what is there any more."""

    code = "precondition_failed"
    status = 412


class KeyReused(Mistake):
    """The same Idempotency-Key stood at another request before."""

    code = "idempotency_key_reused"
    status = 422


class Conflict(Mistake):
    """Right in itself, but not as things stand; `reason` says why."""

    code = "conflict"
    status = 409


class NicknameTaken(Mistake):
    code = "nickname_taken"
    status = 409


class InvalidInput(Mistake):
    """`reason` names the field's problem, `details["field"]` the field."""

    code = "invalid_input"
    status = 400


class UnknownField(InvalidInput):
    """The form has no such field: somebody may have tried to widen what it does."""

    code = "unknown_field"


class Throttled(Mistake):
    """Too many failures before: nothing was looked at; `retry_after` says when to come again."""

    code = "too_many_attempts"
    status = 429


class LengthRequired(Mistake):
    """A body that comes in chunks, or whose length is said unclearly, is read by nobody."""

    code = "length_required"
    status = 411


class TooLarge(Mistake):
    code = "too_large"
    status = 413


class WrongContentType(Mistake):
    code = "unsupported_content_type"
    status = 415


class MethodNotAllowed(Mistake):
    """`details["allow"]` has those that the address knows."""

    code = "method_not_allowed"
    status = 405


class Unavailable(Mistake):
    code = "temporarily_unavailable"
    status = 503
