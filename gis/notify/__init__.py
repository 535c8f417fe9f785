"""Telling people and systems: what happens to matters becomes notices, and each is handed over once.

    issue_event + outbox  ->  relay  ->  notice + job  ->  sending  ->  an Apprise channel or a webhook
    (one transaction)         (one transaction)            (three steps, each committed)

`sending.py` says what is promised and where that ends.
"""
