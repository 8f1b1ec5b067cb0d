global using Xunit;

// They count the objects of the whole process, and switch faults of one simulator on and off.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
