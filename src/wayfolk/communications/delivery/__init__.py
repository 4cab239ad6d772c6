"""Handing a message to the mail server or SMS gateway. Knows nothing of tables.

outcomes: what can come of an attempt. mail, sms: the two carriers.
"""
