"""The one door: what was judged (Snapshot), who judged it (Decision), what became public (Release).

Words owned: Publication, Snapshot, Decision, Release, Policy, seal, decide, release, withdraw, verify.
The promises are database triggers (migration 0002) on SQLite and PostgreSQL: a forgotten view, a raw
SQL script or a superuser fails closed.
"""
