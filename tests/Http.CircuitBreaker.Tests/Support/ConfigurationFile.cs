using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Http.CircuitBreaker.Tests.Support;

/// <summary>An appsettings.json in memory for the real JSON provider. A change is applied synchronously.</summary>
internal sealed class ConfigurationFile(string text) : IFileProvider, IFileInfo
{
    private string _text = text;
    private ConfigurationReloadToken _token = new();

    public bool Exists => true;

    public bool IsDirectory => false;

    public DateTimeOffset LastModified => DateTimeOffset.UnixEpoch;

    public long Length => Encoding.UTF8.GetByteCount(_text);

    public string Name => "appsettings.json";

    public string? PhysicalPath => null;

    public void Change(string text)
    {
        _text = text;
        Interlocked.Exchange(ref _token, new ConfigurationReloadToken()).OnReload();
    }

    public Stream CreateReadStream() => new MemoryStream(Encoding.UTF8.GetBytes(_text));

    public IDirectoryContents GetDirectoryContents(string subpath) => NotFoundDirectoryContents.Singleton;

    public IFileInfo GetFileInfo(string subpath) => this;

    public IChangeToken Watch(string filter) => Volatile.Read(ref _token);
}
