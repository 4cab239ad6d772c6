"""What comes from and goes to other systems.

`imports` brings files in: a run reads a received file in batches, each batch one transaction,
all of one change set, so that a run can be resumed, and taken back whole.
"""
