"""What is proposed before a booking: offers and their reminders, catalog orders.

An offer goes to a customer or to somebody who is not one yet (the offeree), is followed up on
chosen days, and becomes a booking or is closed with a reason.
"""
