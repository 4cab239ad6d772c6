"""Chosen sets of customers: the saved views of lists, private or shared."""
