"""Data tickets: a value of a record that somebody doubts, until its keeper has corrected or kept it.

A party changes what a record filled in and says why, settles two records that disagree, or says on its records page
that one is wrong: a claim (``raising``). Claims on the same field of the same record come together in one open ticket.
The keeper of the source asks it, puts the record right or keeps it with a reason (``steps``); the party is told.
Other rooms import ``portal.tickets.service``.
"""
