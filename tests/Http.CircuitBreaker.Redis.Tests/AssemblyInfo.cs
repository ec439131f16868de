// The scenarios start servers and count the commands of the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
