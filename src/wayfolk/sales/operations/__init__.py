"""Writing offers and catalog orders. Each function is one change set.

`offers` keeps what is proposed, `converting` makes bookings of offers, `sending` is the one place
that writes to people: offers and their reminders. `orders` keeps catalog orders, `lists` what
administrators choose from, `of_customers` what happens when a customer goes.
"""
