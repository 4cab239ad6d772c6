"""What a customer has gathered: bonus points, bonus packages, customer extras.

Points are a ledger to which lines are only added; the balance is derived from it.
"""
