"""The licences of all crates that are inside the native library, as one text.

Enters: `cargo metadata` of the workspace. Leaves: on standard output, for each crate its name, version, licence and the
licence files of its source. Fails where a crate has neither a licence file nor a licence whose text is known to apply.
"""

import json
import pathlib
import subprocess
import sys

LICENCE_FILES = ("licen", "copying", "notice", "copyright")
ROOT_CRATE = "cis2"


def shipped(metadata):
    """The packages that the library links on Linux: its normal dependencies, and theirs."""
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    start = next(i for i, package in packages.items() if package["name"] == ROOT_CRATE and package["source"] is None)
    seen, wanted = set(), [start]
    while wanted:
        here = wanted.pop()
        if here in seen:
            continue
        seen.add(here)
        for dependency in nodes[here]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                wanted.append(dependency["pkg"])
    seen.discard(start)
    return sorted((packages[i] for i in seen), key=lambda package: (package["name"], package["version"]))


def licence_files(package):
    folder = pathlib.Path(package["manifest_path"]).parent
    files = [path for path in folder.iterdir() if path.is_file() and path.name.lower().startswith(LICENCE_FILES)]
    return sorted(files, key=lambda path: path.name)


def main():
    host = next(
        line.split()[1] for line in subprocess.check_output(["rustc", "-vV"], text=True).splitlines() if line.startswith("host:")
    )
    metadata = json.loads(
        subprocess.check_output(["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", host], text=True)
    )
    print("The native library of Cis2Auth holds the following works. Each is under the licence that stands with it; the texts,")
    print("by their numbers, follow the list.")
    numbers, without = {}, []
    for package in shipped(metadata):
        texts = [(path.name, path.read_text(encoding="utf-8", errors="replace").strip()) for path in licence_files(package)]
        if not texts and not package["license"]:
            without.append(package["name"])
        print(f"\n{package['name']} {package['version']}: {package['license'] or 'see the text'}")
        print(f"  {package['repository'] or package['homepage'] or 'https://crates.io/crates/' + package['name']}")
        if texts:
            # Most carry the same few texts: each is printed once.
            print("  " + ", ".join(f"{name}: text {numbers.setdefault(text, len(numbers) + 1)}" for name, text in texts))
        elif package["authors"]:
            print("  " + ", ".join(package["authors"]))
    for text, number in numbers.items():
        print(f"\n{'=' * 80}\nText {number}\n\n{text}")
    if without:
        sys.exit(f"notices: no licence in {', '.join(without)}")


main()
