using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Http.CircuitBreaker.AspNetCore;
using Http.CircuitBreaker.Redis;
using Http.CircuitBreaker.Tests.Support;

namespace Http.CircuitBreaker.EndToEnd.Tests.Configuration;

/// <summary>Creates the JSON schema of each package from the types of its options and from the option table of its documentation.</summary>
internal static partial class SchemaGenerator
{
    private const string Duration = @"^([0-9]{1,3}\.)?([01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9](\.[0-9]{1,7})?$";

    // A host name without scheme, port and path; an IPv6 address is in brackets.
    private const string Host = @"^([^/?#@ :\[\]]+|\[[0-9a-fA-F:.]+\])$";

    private static readonly string[] _clientOnly =
    [
        nameof(CircuitBreakerOptions.Scope), nameof(CircuitBreakerOptions.PathSegments), nameof(CircuitBreakerOptions.CircuitNameHeader),
        nameof(CircuitBreakerOptions.MaxCircuitNames), nameof(CircuitBreakerOptions.RejectionMode), nameof(CircuitBreakerOptions.MaxCircuits),
    ];

    /// <summary>The folder of each package, with its schema.</summary>
    public static Dictionary<string, Func<JsonObject>> Packages { get; } = new()
    {
        ["Http.CircuitBreaker"] = CreateCore,
        ["Http.CircuitBreaker.AspNetCore"] = () => CreateSection<CircuitEndpointsOptions>(
            "Endpoints", "The endpoints and the live page.", "src/Http.CircuitBreaker.AspNetCore/README.md"),
        ["Http.CircuitBreaker.Redis"] = () => CreateSection<RedisCircuitOptions>(
            "Redis", "Shares the circuits between the instances of the application.", "src/Http.CircuitBreaker.Redis/README.md"),
    };

    private static JsonObject CreateCore()
    {
        var options = ReadOptions<CircuitBreakerOptions>("src/Http.CircuitBreaker/docs/options.md");
        var definitions = new JsonObject(options.Select(option => KeyValuePair.Create(option.Key, (JsonNode?)option.Schema)));
        JsonObject References(params IEnumerable<string> omitted) => new(options.Select(option => option.Key).Except(omitted)
            .Select(key => KeyValuePair.Create(key, (JsonNode?)Reference(key))));

        definitions["Circuit"] = Object("The settings of the circuits of one name. They override all others.", References(_clientOnly));
        var client = References();
        client["Circuits"] = Map("The settings of single circuits of the client, by name, for example v1/chat.", Reference("Circuit"));
        definitions["Client"] = Object("The settings of one client. They override those of all clients.", client);
        definitions["Port"] = Object("The settings of one port of the host.", References(_clientOnly));
        var host = Object("The settings of one host, for all clients. They override those of a client.", References(_clientOnly));
        host["patternProperties"] = new JsonObject { ["^[0-9]{1,5}$"] = Reference("Port") };
        definitions["Host"] = host;

        var root = References();
        root["AllowUnknownClients"] = new JsonObject
        {
            ["description"] = "Whether a client in Clients that the application does not have is logged as a warning. Default: false, an error.",
            ["type"] = "boolean",
        };
        root["Clients"] = Map("The settings of single clients, by their names in AddHttpClient.", Reference("Client"));
        var hosts = Map("The settings of single hosts, by name without scheme and port, for example api.example.com.", Reference("Host"));
        hosts["propertyNames"] = new JsonObject { ["pattern"] = Host };
        root["Hosts"] = hosts;
        root["Endpoints"] = new JsonObject
        {
            ["description"] = "Settings of the package Http.CircuitBreaker.AspNetCore.", ["type"] = "object",
        };
        root["Redis"] = new JsonObject { ["description"] = "Settings of the package Http.CircuitBreaker.Redis.", ["type"] = "object" };
        var schema = Root(Object("The circuit breakers of HttpClient, for all clients.", root));
        schema["definitions"] = definitions;
        return schema;
    }

    private static JsonObject CreateSection<TOptions>(string name, string description, string page)
        where TOptions : new()
    {
        var options = ReadOptions<TOptions>(page).Select(option => KeyValuePair.Create(option.Key, (JsonNode?)option.Schema));
        return Root(new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { [name] = Object(description, new JsonObject(options)) },
        });
    }

    private static JsonObject Root(JsonObject section) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject { ["HttpCircuitBreaker"] = section },
    };

    private static JsonObject Object(string description, JsonObject properties) => new()
    {
        ["description"] = description, ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false,
    };

    private static JsonObject Map(string description, JsonObject items) => new()
    {
        ["description"] = description, ["type"] = "object", ["additionalProperties"] = items,
    };

    private static JsonObject Reference(string definition) => new() { ["$ref"] = $"#/definitions/{definition}" };

    private static List<(string Key, JsonObject Schema)> ReadOptions<TOptions>(string page)
        where TOptions : new()
    {
        var defaults = new TOptions();
        return
        [
            .. from row in Rows().Matches(Repository.Read(page))
            let key = row.Groups["key"].Value
            let property = typeof(TOptions).GetProperty(key)
            where property is not null
            let range = row.Groups["range"].Value
            let description = $"{Sentence(row.Groups["meaning"].Value)} Default: {row.Groups["default"].Value}. Range: {range}."
            select (key, CreateValue(key, property.PropertyType, range, property.GetValue(defaults), description.Replace("`", "", StringComparison.Ordinal))),
        ];
    }

    private static JsonObject CreateValue(string key, Type type, string range, object? defaultValue, string description)
    {
        var value = new JsonObject { ["description"] = description };
        var isOptional = Nullable.GetUnderlyingType(type) is not null || range.Contains("null = off", StringComparison.Ordinal) || defaultValue is null;
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
        {
            value["enum"] = new JsonArray([.. Enum.GetNames(type).Select(name => (JsonNode?)name)]);
        }
        else if (type == typeof(IReadOnlyList<string>))
        {
            AddStatusCodes(value, key);
        }
        else
        {
            var name = type == typeof(bool) ? "boolean" : type == typeof(int) ? "integer" : type == typeof(double) ? "number" : "string";
            value["type"] = isOptional ? new JsonArray(name, "null") : name;
            AddRange(value, type, range);
        }

        // The default of a duration and of an enum is text.
        value["default"] = defaultValue switch
        {
            null => null,
            bool or int => JsonValue.Create(defaultValue),
            double number => JsonValue.Create(Math.Round(number, 3)),
            _ => Convert.ToString(defaultValue, CultureInfo.InvariantCulture),
        };
        if (key is nameof(RedisCircuitOptions.Prefix) or nameof(RedisCircuitOptions.InstanceName))
        {
            // These defaults depend on the application or the machine.
            value.Remove("default");
        }

        return value;
    }

    private static void AddRange(JsonObject value, Type type, string range)
    {
        if (type == typeof(TimeSpan))
        {
            value["pattern"] = Duration;
        }
        else if (type == typeof(string))
        {
            if (Between().Match(range) is { Success: true } length)
            {
                value["minLength"] = Number(length.Groups["from"]);
                value["maxLength"] = Number(length.Groups["to"]);
            }
            else if (range == "begins with a slash")
            {
                value["pattern"] = @"^(/(?![/\\])|$)";
            }
        }
        else if (type != typeof(bool))
        {
            if (Above().Match(range) is { Success: true } above)
            {
                value["exclusiveMinimum"] = Number(above.Groups["from"]);
            }

            if (Between().Match(range) is { Success: true } between)
            {
                value["minimum"] = Number(between.Groups["from"]);
                value["maximum"] = Number(between.Groups["to"]);
            }

            if (AtLeast().Match(range) is { Success: true } least)
            {
                value["minimum"] = Number(least.Groups["from"]);
            }

            if (AtMost().Match(range) is { Success: true } most)
            {
                value["maximum"] = Number(most.Groups["to"]);
            }

            Assert.True(value.ContainsKey("minimum") || value.ContainsKey("exclusiveMinimum"), $"The range '{range}' is not understood.");
        }
    }

    private static void AddStatusCodes(JsonObject value, string key)
    {
        var isHttp = key == nameof(CircuitBreakerOptions.FailureStatusCodes);
        var code = isHttp ? "[1-9][0-9]{2}" : "([1-9]|1[0-6])";
        var entry = isHttp ? $"({code}(-{code})?|[1-9][xX]{{2}})" : $"{code}(-{code})?";
        var items = new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "integer", ["minimum"] = isHttp ? 100 : 1, ["maximum"] = isHttp ? 999 : 16 },
                new JsonObject { ["type"] = "string", ["pattern"] = $"^{entry}$" }),
        };
        value["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "array", ["items"] = items },
            new JsonObject { ["type"] = "string", ["pattern"] = $"^{entry}( *, *{entry})*$" },
            new JsonObject { ["type"] = "null" });
    }

    private static string Sentence(string meaning) => $"{char.ToUpperInvariant(meaning[0])}{meaning[1..]}.";

    private static JsonValue Number(Group group)
    {
        var number = decimal.Parse(group.Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        return number == decimal.Truncate(number) ? JsonValue.Create((int)number) : JsonValue.Create(number);
    }

    [GeneratedRegex(@"^\| (?<key>\w+) \| (?<default>[^|]+?) \| (?<range>[^|]+?) \| (?<meaning>[^|]+?) \|$", RegexOptions.Multiline)]
    private static partial Regex Rows();

    [GeneratedRegex(@"above (?<from>[\d.]+)")]
    private static partial Regex Above();

    [GeneratedRegex(@"at least (?<from>[\d.]+)")]
    private static partial Regex AtLeast();

    [GeneratedRegex(@"at most (?<to>[\d.]+)")]
    private static partial Regex AtMost();

    [GeneratedRegex(@"^(?<from>[\d.,]+) to (?<to>[\d.,]+)")]
    private static partial Regex Between();
}
