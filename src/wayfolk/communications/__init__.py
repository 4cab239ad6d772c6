"""What is said between the company and its customers: email, SMS, calls, notes, forms.

Owns the timeline of communications with each customer and the delivery of what is sent: through
the mail server and the SMS gateway of the organisation's settings, to nobody who is inactive,
restricted, unreachable or has refused. Records of other domains point here, never the other way.
"""
