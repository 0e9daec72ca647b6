"""SIMULATED KEY: a CTAP 2.1 authenticator without hardware, for `wardkey-station --simulate FILE`.

port                    what the station sees: a USB port with simulated keys in it
desk                    who sits there: plugs keys in and out, touches, as FILE's script says
state, script, records  FILE: the keys' state between commands, and the script
ctaphid, faults         64-byte reports in and out, and what the script spoils of them
key, commands           one key, and the CTAP commands that it answers; each has its module

A key knows no transport: `CtapHid` takes reports and gives reports, and can be served in any way.
"CTAP" in a docstring is the Client to Authenticator Protocol 2.1, Proposed Standard of 2021-06-15.
"""
