using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Weft.Wire.Tests")]
[assembly: InternalsVisibleTo("Weft.Fuzz")]
