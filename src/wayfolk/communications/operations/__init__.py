"""What writes communications.

sending: one message, and cancelling it. noting: calls and notes. delivering: what the job does.
bulk: one text to many. settings: mail server and SMS gateway. unsubscribing: the link in a mail.
"""
