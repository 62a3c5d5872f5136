using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Weft.Routing.Tests")]
