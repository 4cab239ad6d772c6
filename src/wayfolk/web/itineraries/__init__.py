"""Itineraries: the list, the page with its customers, the link dialog, stages.

The pending list of the dialog lives in its form's fields, so that nothing is stored before
Save and everything works without JavaScript.
"""
