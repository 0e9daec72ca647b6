"""What a key answers (CTAP 2.1 §8.2), in words and as an exit status.

refusal_of   the refusal for a status that the flow at hand has no better words for
"""

from fido2.ctap import CtapError

from .errors import Exit, Refused
from .words import N_, _

ERR = CtapError.ERR

MEANINGS: dict[int, tuple[str, Exit]] = {
    ERR.INVALID_COMMAND: (N_("The token does not know this command."), Exit.UNSUPPORTED),
    ERR.INVALID_PARAMETER: (N_("The token did not accept a value."), Exit.DEVICE),
    ERR.INVALID_LENGTH: (N_("The token found a message too short or too long."), Exit.DEVICE),
    ERR.INVALID_SEQ: (N_("The token lost the thread of a message. Try again."), Exit.DEVICE),
    ERR.TIMEOUT: (N_("The token waited too long for the rest of a message."), Exit.DEVICE),
    ERR.CHANNEL_BUSY: (
        N_("Another program holds the token. Close browsers and other programs that use it."),
        Exit.MORE_THAN_ONE_KEY,
    ),
    ERR.LOCK_REQUIRED: (N_("Another program has locked the token."), Exit.MORE_THAN_ONE_KEY),
    ERR.INVALID_CHANNEL: (N_("The token has forgotten this station. Try again."), Exit.DEVICE),
    ERR.CBOR_UNEXPECTED_TYPE: (N_("The token could not read a message."), Exit.DEVICE),
    ERR.INVALID_CBOR: (N_("The token could not read a message."), Exit.DEVICE),
    ERR.MISSING_PARAMETER: (N_("The token misses a value."), Exit.DEVICE),
    ERR.LIMIT_EXCEEDED: (N_("A limit of the token is reached."), Exit.UNSUPPORTED),
    ERR.FP_DATABASE_FULL: (N_("The token has no room for another fingerprint."), Exit.UNSUPPORTED),
    ERR.LARGE_BLOB_STORAGE_FULL: (N_("The token's storage is full."), Exit.UNSUPPORTED),
    ERR.CREDENTIAL_EXCLUDED: (N_("This token is registered there already."), Exit.INPUT),
    ERR.PROCESSING: (N_("The token is still busy. Try again."), Exit.DEVICE),
    ERR.INVALID_CREDENTIAL: (N_("The token does not know that credential."), Exit.DEVICE),
    ERR.USER_ACTION_PENDING: (N_("The token still waits for a touch."), Exit.NO_TOUCH),
    ERR.OPERATION_PENDING: (N_("The token is still busy. Try again."), Exit.DEVICE),
    ERR.NO_OPERATIONS: (N_("The token has nothing to do."), Exit.DEVICE),
    ERR.UNSUPPORTED_ALGORITHM: (N_("The token knows none of the algorithms."), Exit.UNSUPPORTED),
    ERR.OPERATION_DENIED: (N_("The token was not touched, or refused."), Exit.NO_TOUCH),
    ERR.KEY_STORE_FULL: (
        N_("The token is full. It has no room for another credential."),
        Exit.UNSUPPORTED,
    ),
    ERR.UNSUPPORTED_OPTION: (N_("The token does not support this."), Exit.UNSUPPORTED),
    ERR.INVALID_OPTION: (N_("The token does not accept this option."), Exit.UNSUPPORTED),
    ERR.KEEPALIVE_CANCEL: (N_("The token was told to stop waiting."), Exit.NO_TOUCH),
    ERR.NO_CREDENTIALS: (N_("The token has no credential for this."), Exit.UNSUPPORTED),
    ERR.USER_ACTION_TIMEOUT: (N_("Nobody touched the token in time."), Exit.NO_TOUCH),
    ERR.NOT_ALLOWED: (N_("The token does not allow this now."), Exit.UNSUPPORTED),
    ERR.PIN_INVALID: (N_("The PIN is wrong."), Exit.PIN),
    ERR.PIN_BLOCKED: (
        N_("No PIN opens this token any more. It can only be reset; all it holds is lost."),
        Exit.PIN,
    ),
    ERR.PIN_AUTH_INVALID: (N_("The token did not accept the proof of its PIN."), Exit.PIN),
    ERR.PIN_AUTH_BLOCKED: (
        N_("Three wrong PINs in a row: the token takes no more. Remove it and insert it again."),
        Exit.PIN,
    ),
    ERR.PIN_NOT_SET: (N_("The token has no PIN yet."), Exit.PIN),
    ERR.PUAT_REQUIRED: (N_("The token asks for its PIN first."), Exit.PIN),
    ERR.PIN_POLICY_VIOLATION: (
        N_("The token's own rules do not accept that PIN or that length."),
        Exit.PIN,
    ),
    ERR.PIN_TOKEN_EXPIRED: (N_("It took too long since the PIN was entered."), Exit.PIN),
    ERR.REQUEST_TOO_LARGE: (N_("The message is too large for the token."), Exit.UNSUPPORTED),
    ERR.ACTION_TIMEOUT: (N_("The token waited too long."), Exit.NO_TOUCH),
    ERR.UP_REQUIRED: (N_("The token has to be touched for this."), Exit.NO_TOUCH),
    ERR.UV_BLOCKED: (N_("Too many wrong fingerprints. The token asks for its PIN."), Exit.PIN),
    ERR.INTEGRITY_FAILURE: (N_("The token's storage is damaged."), Exit.DEVICE),
    ERR.INVALID_SUBCOMMAND: (N_("The token does not know this command."), Exit.UNSUPPORTED),
    ERR.UV_INVALID: (N_("The fingerprint was not recognised."), Exit.PIN),
    ERR.UNAUTHORIZED_PERMISSION: (N_("The token does not permit this."), Exit.UNSUPPORTED),
}
UNKNOWN = N_("The token answered with an error that this station does not know.")


def refusal_of(error: CtapError) -> Refused:
    sentence, exit_status = MEANINGS.get(error.code, (UNKNOWN, Exit.DEVICE))
    return Refused(f"{_(sentence)} (CTAP 0x{int(error.code):02X})", exit_status=exit_status)
