"""All records against one another: many at once, outside the database that users work on.

Needs the packages of requirements/dedupe.txt. The same model as `scoring`, in SQL.
"""
