using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

// Only blittable types cross the boundary: a string or bool in a signature does not compile.
[assembly: DisableRuntimeMarshalling]

// Never from the current folder.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]

// The stack that a text is copied to is written before it is read, and overwritten after: clearing it first is for nothing.
[module: SkipLocalsInit]
