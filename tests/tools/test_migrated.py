from tests.migrated import fingerprint


def test_another_migration_is_another_database(tmp_path):
    first, second = tmp_path / "0001_initial.py", tmp_path / "0002_more.py"
    first.write_text("operations = []")
    seen = [fingerprint([first])]
    second.write_text("operations = []")
    seen.append(fingerprint([first, second]))
    second.write_text("operations = [Delete()]")
    seen.append(fingerprint([first, second]))
    second.rename(tmp_path / "0003_more.py")
    seen.append(fingerprint([first, tmp_path / "0003_more.py"]))
    assert len(set(seen)) == 4
    assert fingerprint([first]) == seen[0]
