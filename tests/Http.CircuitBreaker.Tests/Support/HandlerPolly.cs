using System.Reflection;
using System.Runtime.CompilerServices;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>
/// Creates exceptions of Polly 8 and of Polly 7 by type name. Both versions are referenced by the Microsoft resilience packages and
/// contain types of the same name.
/// </summary>
internal static class HandlerPolly
{
    public static Exception Exception(string assembly, string type) =>
        (Exception)RuntimeHelpers.GetUninitializedObject(Assembly.Load(assembly).GetType(type, throwOnError: true)!);
}
