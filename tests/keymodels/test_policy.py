"""Which models an organisation lets in: each rule's refusal beside its success."""

import uuid
from dataclasses import replace

import pytest

from wardkey.base.errors import ModelNotAllowed
from wardkey.keymodels.attestation import Proved
from wardkey.keymodels.models import Certification
from wardkey.keymodels.policy import ModelPolicy, lets_in, require_allowed_model

MODEL, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
ATTESTED = Proved(attested=True, model_id=MODEL, certification=Certification.L2)
UNATTESTED = Proved(attested=False, reason="attestation_none")


def reason(policy, proved):
    with pytest.raises(ModelNotAllowed) as refusal:
        require_allowed_model(policy, proved)
    assert (refusal.value.code, refusal.value.status) == ("model_not_allowed", 403)
    assert lets_in(policy, proved) is False
    return refusal.value.reason


def allowed(policy, proved):
    require_allowed_model(policy, proved)
    return lets_in(policy, proved) is True


def test_any_lets_in_the_unattested_too():
    assert allowed(ModelPolicy(), UNATTESTED)
    assert allowed(ModelPolicy(), ATTESTED)


@pytest.mark.parametrize("why", ["attestation_none", "attestation_self", "model_unknown", "chain"])
def test_at01_at02_attested_says_what_was_missing(why):
    policy = ModelPolicy(models="attested")
    assert allowed(policy, ATTESTED)
    assert reason(policy, replace(UNATTESTED, reason=why)) == why


def test_attested_refuses_also_without_a_reason():
    assert reason(ModelPolicy(models="attested"), Proved(attested=False)) == "policy"


def test_at09_listed_is_by_model():
    policy = ModelPolicy(models="listed", listed=frozenset({MODEL}))
    assert allowed(policy, ATTESTED)
    assert reason(policy, replace(ATTESTED, model_id=OTHER)) == "not_listed"


def test_listed_asks_for_attestation_first():
    policy = ModelPolicy(models="listed", listed=frozenset({MODEL}))
    assert reason(policy, replace(UNATTESTED, model_id=MODEL)) == "attestation_none"


@pytest.mark.parametrize("models", ["attested", "listed"])
def test_firmware_below_what_is_described_is_refused_where_models_matter(models):
    policy = ModelPolicy(models=models, listed=frozenset({MODEL}))
    old = replace(ATTESTED, outdated=True)
    assert allowed(policy, ATTESTED)
    assert reason(policy, old) == "firmware"
    assert allowed(ModelPolicy(), old)


def test_at10_an_empty_list_lets_in_nobody():
    assert reason(ModelPolicy(models="listed"), ATTESTED) == "not_listed"


@pytest.mark.parametrize("models", ["any", "attested", "listed"])
def test_a_minimum_level_holds_under_every_rule(models):
    listed = frozenset({MODEL})
    for level, expected in ((Certification.L2, True), (Certification.L2_PLUS, False)):
        policy = ModelPolicy(models=models, listed=listed, minimum_certification=level)
        if expected:
            assert allowed(policy, ATTESTED)
        else:
            assert reason(policy, ATTESTED) == "certification"


def test_a_minimum_level_needs_attestation():
    assert reason(ModelPolicy(minimum_certification=1), UNATTESTED) == "certification"
    assert allowed(ModelPolicy(minimum_certification=0), UNATTESTED)


def test_synced_passkeys_are_refused_unless_allowed():
    synced = replace(ATTESTED, backup_eligible=True)
    assert reason(ModelPolicy(), synced) == "synced_passkey"
    assert allowed(ModelPolicy(synced_passkeys="allowed"), synced)
    assert reason(ModelPolicy(synced_passkeys="maybe"), synced) == "synced_passkey"


@pytest.mark.parametrize("models", ["any", "attested", "listed"])
def test_at07_a_bad_status_refuses_under_every_rule(models):
    policy = ModelPolicy(models=models, listed=frozenset({MODEL}))
    assert allowed(policy, ATTESTED)
    assert reason(policy, replace(ATTESTED, bad_statuses=("REVOKED",))) == "bad_status"


@pytest.mark.parametrize(
    "policy",
    [
        ModelPolicy(models="everything"),
        ModelPolicy(models="listed", listed=None),
        ModelPolicy(minimum_certification="L2"),
        None,
    ],
    ids=str,
)
def test_ft19_an_exception_inside_the_policy_means_no(policy):
    assert reason(policy, ATTESTED) == "policy"


def test_ft19_the_exception_is_logged(caplog):
    reason(None, ATTESTED)
    assert "security.exception" in caplog.text
