// Real sockets and real timeouts on few cores: one test at a time, so that no test waits for another one's work.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
