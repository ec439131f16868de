using System.Reflection;
using System.Runtime.CompilerServices;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>
/// Polly's exceptions, of the present and of the older major version. By name, as both are referenced here (by the two resilience
/// packages of Microsoft) and call their types the same.
/// </summary>
internal static class HandlerPolly
{
    public static Exception Exception(string assembly, string type) =>
        (Exception)RuntimeHelpers.GetUninitializedObject(Assembly.Load(assembly).GetType(type, throwOnError: true)!);
}
