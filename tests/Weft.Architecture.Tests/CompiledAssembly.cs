using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Weft.Architecture.Tests;

/// <summary>What one of our assemblies says of itself and of others, read from its metadata without loading it.</summary>
internal sealed class CompiledAssembly
{
    private CompiledAssembly(MetadataReader reader)
    {
        UsedAssemblies = [.. reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name))];
        UsedTypes = [.. reader.TypeReferences.Select(handle => NameOf(reader, handle))];
        UsedMembers = [.. reader.MemberReferences.Select(handle => NameOf(reader, handle)).Where(name => name.Length > 0)];
        DefinedTypes = [.. reader.TypeDefinitions.Select(handle => Plain(reader.GetString(reader.GetTypeDefinition(handle).Name)))];
        DefinedMembers = [.. reader.TypeDefinitions.SelectMany(handle => MembersOf(reader, handle))];
    }

    public IReadOnlyCollection<string> UsedAssemblies { get; }

    /// <summary>Full names: <c>System.Threading.Tasks.Task</c>, a nested one as <c>Outer+Inner</c>.</summary>
    public IReadOnlyCollection<string> UsedTypes { get; }

    /// <summary>Full name of the type, two colons, name of the member.</summary>
    public IReadOnlyCollection<string> UsedMembers { get; }

    /// <summary>Short names without the number of type parameters.</summary>
    public IReadOnlyCollection<string> DefinedTypes { get; }

    /// <summary><c>Type.Member</c>, both short.</summary>
    public IReadOnlyCollection<string> DefinedMembers { get; }

    /// <summary>Opens the assembly of a project of <c>src</c>, as it was built beside these tests.</summary>
    public static CompiledAssembly Of(string project)
    {
        // Programs have names of their own.
        string name = project switch
        {
            "Weft.Proxy" => "weft-proxy",
            "Weft.ControlPlane" => "weft-server",
            "Weft.Cli" => "weft",
            _ => project,
        };
        using FileStream file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
        using PEReader portable = new(file);
        return new CompiledAssembly(portable.GetMetadataReader());
    }

    private static IEnumerable<string> MembersOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        string name = Plain(reader.GetString(type.Name));
        foreach (MethodDefinitionHandle method in type.GetMethods())
        {
            yield return name + "." + reader.GetString(reader.GetMethodDefinition(method).Name);
        }

        foreach (PropertyDefinitionHandle property in type.GetProperties())
        {
            yield return name + "." + reader.GetString(reader.GetPropertyDefinition(property).Name);
        }

        foreach (FieldDefinitionHandle field in type.GetFields())
        {
            yield return name + "." + reader.GetString(reader.GetFieldDefinition(field).Name);
        }
    }

    private static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        TypeReference type = reader.GetTypeReference(handle);
        string name = Plain(reader.GetString(type.Name));
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? NameOf(reader, (TypeReferenceHandle)type.ResolutionScope) + "+" + name
            : reader.GetString(type.Namespace) + "." + name;
    }

    private static string NameOf(MetadataReader reader, MemberReferenceHandle handle)
    {
        MemberReference member = reader.GetMemberReference(handle);
        return member.Parent.Kind == HandleKind.TypeReference
            ? NameOf(reader, (TypeReferenceHandle)member.Parent) + "::" + reader.GetString(member.Name)
            : "";
    }

    private static string Plain(string name)
    {
        int tick = name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? name : name[..tick];
    }
}
