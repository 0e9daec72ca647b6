"""What happens without anybody asking, until the worker is told to stop.

Every chore comes round by itself and may be done by several workers at once. What asks other
machines has a thread of its own, and so has the sealing: a slow one keeps nothing else waiting.
"""

import logging
from functools import partial

from ..audit import checkpoints, sealer
from ..audit.events import ATTEMPT, CHANGE
from ..base import database_file, dependencies, tracing
from ..batches import making
from ..bulk import following, forgetting, inviting, uploading
from ..ceremonies import pending
from ..clients import client_proof, ended, logouts, signing_keys
from ..clients import devices as devices_of_clients
from ..clients import forgetting as logins
from ..clients import pending as requests_of_clients
from ..deciding import announcing, reminding
from ..keys import handover_codes, lapsing, proving_again
from ..lifecycle import leaving, moving
from ..notifications import outbox
from ..people import missed_pairs, succession
from ..recovery import forgetting as ways_back
from ..reports import chores
from ..reports.overview import coverage
from ..sessions import first_answers
from ..sessions import forgetting as api_tokens
from ..signin import resetting, throttle
from . import metadata
from .rounds import SECOND, Chore, Stopping, beside, go_round

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
MESSAGES_AT_A_TIME = 5
TOLD_EVERY = 15 * SECOND
TO_CHECKPOINTS = "See where WARDKEY_CHECKPOINT_URL and _FOLDER lead; they leave when it answers."

log = logging.getLogger(__name__)


def run(*, stopping: Stopping) -> None:
    """Returns within seconds of `stopping`, or when what was begun is done: the makes of a hundred
    keys, at most. What waits for another machine is left behind (rounds.py)."""
    tracing.begin()
    database_file.remember()
    log.info("the worker has started")
    alone, line = chores_of_their_own(), chores_in_line(stopping=stopping)
    told = [chore.told for chore in (*alone, *line)]
    tell = Chore("tell", partial(chores.write_down, told), every=TOLD_EVERY)
    with beside([[chore] for chore in alone], stopping):
        go_round([*line, tell], stopping)
    tracing.end()
    log.info("the worker has stopped")


def usual_chores(*, stopping: Stopping) -> list[Chore]:
    return [*chores_of_their_own(), *chores_in_line(stopping=stopping)]


def chores_of_their_own() -> list[Chore]:
    """Each in a thread: those that wait for other machines, and one for which nobody is to wait."""
    return [
        Chore("send_messages", send_some, every=SECOND),
        Chore("seal_the_audit_trail", seal_some, every=SECOND),
        Chore("send_checkpoints_away", push_checkpoints, every=10 * SECOND),
        Chore("take_in_metadata", metadata.take_in_daily, every=HOUR),
        Chore("tell_applications_of_logouts", log_out_of_applications, every=2 * SECOND),
    ]


def chores_in_line(*, stopping: Stopping) -> list[Chore]:
    return [
        Chore("send_password_links", resetting.send_asked, every=SECOND),
        Chore("sign_checkpoints", checkpoints.make_due, every=MINUTE),
        Chore("announce_policy", announcing.tell_some, every=10 * SECOND),
        Chore("remind_of_roles", reminding.remind_some, every=DAY),
        Chore("import_people", partial(uploading.work, stopping=stopping), every=SECOND),
        Chore(
            "follow_imports", partial(following.follow_next, stopping=stopping), every=5 * SECOND
        ),
        Chore(
            "invite_newcomers", partial(inviting.invite_next, stopping=stopping), every=5 * SECOND
        ),
        Chore("forget_imports", forget_imports, every=5 * MINUTE),
        Chore("count_yesterday", coverage.count_some, every=SECOND, between=SECOND),
        Chore("forget_challenges", pending.forget_old, every=HOUR),
        Chore("close_leavers", leaving.close_due, every=5 * MINUTE),
        Chore("forget_failures", throttle.forget_old, every=HOUR),
        Chore("forget_batches", making.forget_old, every=HOUR),
        Chore("forget_logins", logins.forget_some, every=SECOND, between=SECOND),
        Chore("forget_api_tokens", api_tokens.forget_api_tokens, every=DAY),
        Chore("forget_first_answers", first_answers.forget_old, every=HOUR),
        Chore("forget_ways_back", ways_back.forget_some, every=DAY),
        Chore("forget_messages", outbox.forget_some, every=10 * SECOND, between=10 * SECOND),
        Chore("forget_handover_codes", handover_codes.forget_old, every=DAY),
        Chore("forget_joiner_codes", moving.forget_old_codes, every=DAY),
        Chore("warn_of_waiting_keys", lapsing.warn, every=5 * MINUTE),
        Chore("lapse_waiting_keys", lapsing.lapse, every=5 * MINUTE),
        Chore("prove_keys_again", proving_again.prove_again, every=5 * MINUTE),
        Chore("move_on", succession.move_on, every=10 * SECOND),
        Chore("look_at_all_logins", ended.note_overlooked, every=5 * MINUTE),
        Chore("keep_missed_pairs", missed_pairs.keep_some, every=HOUR),
        Chore("rotate_signing_keys", signing_keys.rotate_where_due, every=HOUR),
        Chore("forget_requests_of_applications", requests_of_clients.forget_old, every=HOUR),
        Chore("forget_requests_of_devices", devices_of_clients.forget_old, every=HOUR),
        Chore("forget_proofs_of_applications", client_proof.forget_old_assertions, every=HOUR),
    ]


def send_some() -> int:
    return outbox.deliver_due(at_most=MESSAGES_AT_A_TIME)


def seal_some() -> int:
    return sealer.seal_some(CHANGE) + sealer.seal_some(ATTEMPT)


def push_checkpoints() -> None:
    try:
        checkpoints.push_due()
    except OSError as error:
        dependencies.down("checkpoints", f"none leaves this machine: {error}", to_do=TO_CHECKPOINTS)
    else:
        dependencies.up("checkpoints")


def log_out_of_applications() -> int:
    """By turns: where thousands ended at once, those noted first need not wait for the last."""
    return ended.note_ended() + logouts.deliver_due()


def forget_imports() -> bool:
    forgetting.give_up()
    return forgetting.forget_some()
