using System.Runtime.InteropServices;
using Cis2Auth.Interop;

namespace Cis2Auth.Interop.Tests;

/// <summary>A library of the host's own, and each way in which loading fails, in a process of its own each.</summary>
public sealed class LoadTests : IDisposable
{
    private static readonly string s_rid = RuntimeInformation.RuntimeIdentifier;

    private readonly LoadProbe _probe = new();

    public void Dispose() => _probe.Dispose();

    [Fact]
    public void TheLibraryBesideTheProgram_IsLoaded() =>
        Assert.Equal(new Outcome(null, Cis2NativeLibrary.Version, null), Assert.Single(_probe.Run("version")));

    [Fact]
    public void ALibraryThatIsMissing_IsExplainedWithTheCure()
    {
        File.Delete(_probe.Library);

        Outcome failure = Failure(_probe.Run("version"));

        Assert.StartsWith("The native library of Cis2Auth could not be loaded.\n", failure.Text, StringComparison.Ordinal);
        Assert.Contains($"process: {s_rid}, {RuntimeInformation.ProcessArchitecture}, {RuntimeInformation.FrameworkDescription}\n", failure.Text, StringComparison.Ordinal);
        Assert.Contains("names tried: cis2.so, libcis2.so, cis2, libcis2, in the folders below", failure.Text, StringComparison.Ordinal);
        Assert.Contains($"\n    {_probe.Folder}: no libcis2.so\n", failure.Text, StringComparison.Ordinal);
        Assert.Contains($"\n    {_probe.Folder}/runtimes/linux-x64/native: no libcis2.so\n", failure.Text, StringComparison.Ordinal);
        Assert.Contains("what to do: the package Cis2Auth brings the file for linux-x64 (glibc 2.17 or newer).", failure.Text, StringComparison.Ordinal);
        Assert.Contains("`dotnet add package Cis2Auth`", failure.Text, StringComparison.Ordinal);
        Assert.Contains("CIS2_NATIVE_PATH", failure.Text, StringComparison.Ordinal);
        Assert.Contains(nameof(DllNotFoundException), failure.Inner, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version")]
    [InlineData("read-key")]
    [InlineData("read-keys")]
    [InlineData("make-config")]
    public void EachDoor_ExplainsAMissingLibrary_AndAgainTheSameWay(string door)
    {
        File.Delete(_probe.Library);

        Outcome[] outcomes = _probe.Run(door, "version", door);

        Assert.All(outcomes, outcome => Assert.Equal("Cis2NativeLibraryException", outcome.Exception));
        Assert.Single(outcomes.Select(outcome => outcome.Text).Distinct());
    }

    [Fact]
    public void AFailedLoad_LeavesNothingThatAFinaliserStumblesOver()
    {
        File.Delete(_probe.Library);

        Outcome[] outcomes = _probe.Run("read-key", "read-keys", "make-config", "collect", "read-key");

        Assert.Null(outcomes[3].Exception);
        Assert.Equal(outcomes[0].Text, outcomes[4].Text);
    }

    [Fact]
    public void ALibraryForAnotherProcessorBesideTheProgram_IsNamedSo()
    {
        File.WriteAllBytes(_probe.Library, _probe.ForAnotherProcessor());

        string text = Failure(_probe.Run("version")).Text;

        Assert.Contains($"{_probe.Folder}: libcis2.so is a Linux library for arm64 with glibc", text, StringComparison.Ordinal);
        Assert.Contains("the file is for arm64, this process needs one for x64. The package has linux-x64", text, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileOfTheNameThatIsNoLibrary_IsNamedSo()
    {
        File.WriteAllText(_probe.Library, "version https://git-lfs.github.com/spec/v1");

        string text = Failure(_probe.Run("version")).Text;

        Assert.Contains($"{_probe.Folder}: libcis2.so is no library at all", text, StringComparison.Ordinal);
        Assert.Contains("install the package again", text, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherLibraryOfTheNameBesideTheProgram_IsNamedSo()
    {
        File.Copy(_probe.Compile("other", "int other(void) { return 1; }"), _probe.Library, overwrite: true);

        Outcome failure = Failure(_probe.Run("version"));

        Assert.StartsWith("A native library was loaded, but it is none of Cis2Auth, or one of an older version.\n", failure.Text, StringComparison.Ordinal);
        Assert.Contains("another libcis2.so lies in the way", failure.Text, StringComparison.Ordinal);
        Assert.Contains(nameof(EntryPointNotFoundException), failure.Inner, StringComparison.Ordinal);
    }

    [Fact]
    public void ALibraryOfAnotherInterface_IsRefusedWithBothVersions()
    {
        string other = _probe.Compile("other", """
            #include <stdint.h>
            uint32_t cis2_abi_version(void) { return 2 << 16 | 5; }
            const char *cis2_version(void) { return "9.9.9"; }
            """);
        File.Copy(other, _probe.Library, overwrite: true);

        Outcome[] outcomes = _probe.Run("version", "read-key");

        string text = Failure(outcomes).Text;
        Assert.StartsWith("The native library that was loaded is version 9.9.9 with interface 2.5; this assembly needs interface 0.1.\n", text, StringComparison.Ordinal);
        Assert.Contains($"process: {s_rid}, ", text, StringComparison.Ordinal);
        Assert.Contains("another libcis2.so lies in the way", text, StringComparison.Ordinal);
        Assert.Equal(text, outcomes[1].Text);
    }

    [Fact]
    public void AFileOfOnesOwn_IsLoaded()
    {
        string own = _probe.Elsewhere("mine.so");
        File.Delete(_probe.Library);

        Assert.Equal([null], _probe.RunWith(own, "version").Select(outcome => outcome.Exception));
        Assert.Equal([null, null], _probe.Run("set-path=" + own, "version").Select(outcome => outcome.Exception));
    }

    [Fact]
    public void AFolderOfOnesOwn_StandsForTheLibraryInIt()
    {
        string folder = Path.GetDirectoryName(_probe.Elsewhere())!;
        File.Delete(_probe.Library);

        Assert.Equal([null], _probe.RunWith(folder, "version").Select(outcome => outcome.Exception));
    }

    [Fact]
    public void ARelativePath_IsOneOfTheCurrentFolder()
    {
        _probe.Write("mine.so", File.ReadAllBytes(_probe.Library));
        File.Delete(_probe.Library);

        Assert.Equal([null], _probe.RunWith("mine.so", "version").Select(outcome => outcome.Exception));
    }

    [Fact]
    public void ThePropertyAndTheVariable_AreBothSet_ThePropertyWins() =>
        Assert.Equal([null, null], _probe.RunWith("/nowhere", "set-path=" + _probe.Elsewhere(), "version").Select(outcome => outcome.Exception));

    [Fact]
    public void AnEmptyVariable_SaysNothing() => Assert.Null(Assert.Single(_probe.RunWith("", "version")).Exception);

    [Fact]
    public void APathToNothing_IsExplained()
    {
        string text = Failure(_probe.RunWith("/nowhere/libcis2.so", "version")).Text;

        Assert.Contains("named by CIS2_NATIVE_PATH: /nowhere/libcis2.so\n", text, StringComparison.Ordinal);
        Assert.Contains("    /nowhere/libcis2.so is not there\n", text, StringComparison.Ordinal);
        Assert.Contains("name a libcis2.so that is there. Or leave out CIS2_NATIVE_PATH: then the one of the package is taken.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("names tried", text, StringComparison.Ordinal);
    }

    [Fact]
    public void APathThatTheProgramSet_IsExplainedAsTheProperty()
    {
        string text = Failure(_probe.Run("set-path=/nowhere", "version")[1..]).Text;

        Assert.Contains("named by Cis2NativeLibrary.Path: /nowhere\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void APathToAFolderWithoutTheLibrary_IsExplained()
    {
        File.Delete(_probe.Library);

        Assert.Contains($"    {_probe.Library} is not there\n", Failure(_probe.RunWith(_probe.Folder, "version")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void APathToAText_IsExplained()
    {
        string file = _probe.Write("readme.txt", "not a library, however long this text becomes, in the eyes of any loader"u8.ToArray());

        string text = Failure(_probe.RunWith(file, "version")).Text;

        Assert.Contains($"    {file} is no library at all\n", text, StringComparison.Ordinal);
        Assert.Contains("name a libcis2.so for x64.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void APathToALibraryForAnotherProcessor_IsExplained()
    {
        string file = _probe.Write("arm.so", _probe.ForAnotherProcessor(machine: 40));

        string text = Failure(_probe.RunWith(file, "version")).Text;

        Assert.Contains($"    {file} is a Linux library for arm with glibc\n", text, StringComparison.Ordinal);
        Assert.Contains("the file is for arm, this process needs one for x64. Name such a libcis2.so.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void APathToAnotherLibrary_IsExplained()
    {
        string file = _probe.Compile("other", "int other(void) { return 1; }");

        string text = Failure(_probe.RunWith(file, "version")).Text;

        Assert.StartsWith("A native library was loaded, but it is none of Cis2Auth, or one of an older version.\n", text, StringComparison.Ordinal);
        Assert.Contains("name the libcis2.so of this version of Cis2Auth.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ALibraryThatLacksAnother_IsExplainedWithTheWordsOfTheLoader()
    {
        string file = _probe.Compile("lacking", "extern int nowhere(void); int other(void) { return nowhere(); }");

        Outcome failure = Failure(_probe.RunWith(file, "version"));

        Assert.Contains("the file is there and does not load; the inner exception has the loader's words.", failure.Text, StringComparison.Ordinal);
        Assert.Contains("nowhere", failure.Inner, StringComparison.Ordinal);
    }

    [Fact]
    public void OnMusl_ALibraryForGlibcIsNamedSo()
    {
        string text = LoadFailure.Explain(new DllNotFoundException(), new NativePath(_probe.Library, "CIS2_NATIVE_PATH"), "linux-musl-x64");

        Assert.Contains("process: linux-musl-x64", text, StringComparison.Ordinal);
        Assert.Contains("this system has musl (Alpine), the file needs glibc.", text, StringComparison.Ordinal);
        Assert.Contains("runtimes/linux-musl-x64/native", LoadFailure.Explain(new DllNotFoundException(), null, "linux-musl-x64"), StringComparison.Ordinal);
    }

    [Fact]
    public void APathThatIsSetTooLate_IsRefused()
    {
        Assert.Equal([null, "InvalidOperationException"], _probe.Run("version", "set-path=/nowhere").Select(outcome => outcome.Exception));

        File.Delete(_probe.Library);
        Outcome late = _probe.Run("version", "set-path=/nowhere")[1];
        Assert.Equal("InvalidOperationException", late.Exception);
        Assert.Contains("Set it before anything else of Cis2Auth is used.", late.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AResolverOfSomebodyElse_IsLeftAlone()
    {
        string own = _probe.Elsewhere();
        File.Delete(_probe.Library);

        Assert.Equal([null, null], _probe.Run("resolver=" + own, "version").Select(outcome => outcome.Exception));
    }

    [Fact]
    public void AResolverOfSomebodyElseAndAPath_AreToldThatOneMustGo()
    {
        string own = _probe.Elsewhere();

        Outcome failure = Failure(_probe.RunWith(own, "resolver=" + own, "version")[1..]);

        Assert.StartsWith($"CIS2_NATIVE_PATH says that the native library is {own}, but another resolver was installed", failure.Text, StringComparison.Ordinal);
        Assert.Contains("let one of the two say where the library is, and leave out the other", failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAPath_NoResolverIsInstalled() =>
        Assert.Equal([null, null], _probe.Run("version", "resolver=/nowhere").Select(outcome => outcome.Exception));

    private static Outcome Failure(Outcome[] outcomes)
    {
        Assert.Equal("Cis2NativeLibraryException", outcomes[0].Exception);
        return outcomes[0];
    }
}
