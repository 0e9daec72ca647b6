from uuid import UUID

from tools.demo_check import PEOPLE, faults_of_summary


def summary_of_demo(**changes):
    people = [
        {
            "id": str(UUID(int=number)),
            "username": username,
            "password": "wardkey-demo-only",
            "role": role,
            "organisation": organisation,
        }
        for number, (username, (role, organisation)) in enumerate(PEOPLE.items())
    ]
    about = {"url": "http://localhost:8123", "api_token": "wk_x"}
    about["oidc_client"] = {"client_id": "x", "client_secret": "wkc_x", "redirect_uri": "y"}
    return {**about, "people": people, **changes}


def test_no_api_token_is_a_fault():
    assert len(faults_of_summary(summary_of_demo(api_token=None), port=8123)) == 1


def test_no_client_is_a_fault():
    assert len(faults_of_summary(summary_of_demo(oidc_client=None), port=8123)) == 1


def test_the_summary_that_the_readme_describes_has_no_faults():
    assert faults_of_summary(summary_of_demo(), port=8123) == []


def test_another_address_is_a_fault():
    assert len(faults_of_summary(summary_of_demo(url="http://127.0.0.1:8123"), port=8123)) == 1


def test_a_person_left_out_is_a_fault():
    people = summary_of_demo()["people"][1:]
    faults = faults_of_summary(summary_of_demo(people=people), port=8123)
    assert faults == ["asha@northside.example is not there"]


def test_a_person_with_another_role_is_a_fault():
    people = summary_of_demo()["people"]
    people[2]["role"] = "auditor"
    assert len(faults_of_summary(summary_of_demo(people=people), port=8123)) == 1


def test_a_person_without_a_password_is_a_fault():
    people = summary_of_demo()["people"]
    del people[0]["password"]
    faults = faults_of_summary(summary_of_demo(people=people), port=8123)
    assert faults == ["a person without password"]
