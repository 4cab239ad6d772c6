"""Who travels and how: passenger types by age (KP-15), and what people prefer (KP-38).

Keeps the ages at which an organisation draws the lines, for all products or for some. Which
type somebody has is computed from them when it is asked for and stored nowhere, so a corrected
date of birth, another departure or other ages never leave a stale type behind. `preferences`
keeps what a person eats, cannot bear, needs and likes, from one journey to the next.
"""
