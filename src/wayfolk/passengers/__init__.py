"""Passenger types: adult, child or infant by the age on the day of travel (KP-15).

Keeps the ages at which an organisation draws the lines, for all products or for some. Which
type somebody has is computed from them when it is asked for and stored nowhere, so a corrected
date of birth, another departure or other ages never leave a stale type behind.
"""
