"""What comes after the sale: service cases, and questionnaires that feed the happiness scores.

A case keeps its own email and phone and never changes the booking or the customer that it is
about. Complaints are counted; answers are kept one by one, the scores are derived from them.
"""
