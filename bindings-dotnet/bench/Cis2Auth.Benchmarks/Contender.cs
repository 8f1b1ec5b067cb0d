namespace Cis2Auth.Benchmarks;

/// <summary>One way to do what is compared. What it returns is kept from the optimiser.</summary>
internal sealed record Contender(string Name, Func<object?> Run);
