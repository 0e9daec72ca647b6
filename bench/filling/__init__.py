"""A portal filled as a large one would be, to see how it behaves when it is full.

    make fill DATABASE_URL=…                        2 million people, and all that goes with them
    python -m bench.filling --people 100000         fewer, on the database of DATABASE_URL

The same seed gives the same people. Nobody can log in, and no key can sign: the attestations are
copies of one. Entries of the audit trail are written as audit/ writes them, and wait for the
sealer. Not filled: stock, sessions, messages, applications.
"""
