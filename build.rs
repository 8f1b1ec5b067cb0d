//! Link arguments of the shared library. Generates nothing: the header is written by a test and committed.

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script the target by environment variable")]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        // rustc gives a cdylib no soname; without one a program would record the path that it was linked with.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libcis2.so.0");
        // The runtime's threads are never joined, so the code under them must outlive a dlclose.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
