"""How many matters there are where and when: by square cell, day, topic and grid, for any filter, as fast for a
million as for a thousand.

Beside the matters the database keeps them counted, in sheets: one for each community and month, in which the number
of matters of each smallest cell, day, topic, source, status … stands in columns (`sheets.py`). Triggers put down every
change of a matter in a log, in the transaction that makes it; folding takes the log up into the sheets
(`folding.py`), and whoever reads adds what is still in it, in one statement, so that nothing is ever stale
(`reading.py`). A process keeps the sheets that it has read, by their digests, and passes a million matters through a
filter in some 20 ms (`counting.py`). Sums for each zoom and filter could be kept ready instead, but the filters of
a page have more combinations than a community has matters.

Where it ends: filters that the sheets do not carry (words, worker, deadlines, times within a day) and readers who do
not see all of a community count the rows themselves, by their indexes; the sheets of ten million matters take some
300 MB of each process that shows them.
"""
