"""The organisation itself: profile, base currency, time zone, modules, number ranges.

The organisation row is global (it is what tenancy is about); its settings are tenant rows.
"""
