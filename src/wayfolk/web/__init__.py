"""The pages: views, templates, forms' appearance and the browser's behaviour.

Shows what the domain packages own and carries a person's input to one operation at a
time. Decides nothing itself: rules live in the domains, rights in staff. Every task works
as a plain form and a redirect; htmx and the modules under static/wayfolk only make it faster.
"""
