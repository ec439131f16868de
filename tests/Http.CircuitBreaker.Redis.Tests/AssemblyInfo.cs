// The scenarios start servers and count what the process sends: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
