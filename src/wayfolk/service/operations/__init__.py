"""Writing cases, questionnaires, invitations and answers. Each function is one change set.

`cases`: opening and changing them. `notes`: comments. `attachments`: files. `reasons`: their list.
`questionnaires`: what is asked. `inviting`: asking guests. `answering`: what they say.
`happiness`: what the scores are called.
"""
