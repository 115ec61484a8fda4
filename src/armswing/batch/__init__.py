"""Many videos, with the same code on a laptop and on a cluster, and no finished work ever lost.

`armswing.batch.run.run` does a list of clips over any executor of `concurrent.futures`:
`armswing.batch.pool.WorkerPool` for the processors of this machine, ``distributed.Client.get_executor()`` for others.
"""
