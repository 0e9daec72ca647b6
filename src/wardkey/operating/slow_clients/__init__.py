"""No thread waits for a client (ADR 0052).

arriving    a request, until all of it is there
leaving     an answer, until its reader has it
worker      gunicorn's worker with threads, which keeps both of them waiting without one
"""
