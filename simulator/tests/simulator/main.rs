//! The simulator from outside, over its socket, with a client of the tests' own.
//!
//! * `refusals`: the table of refusals as data (`refusals.json`), and that no rule of the simulator is missing there
//! * `sign_in`: the whole way for each person, ID token and userinfo
//! * `faults`: what goes wrong on purpose, and only then
//! * `page`: what a browser sees
//! * `program`: `cis2-simulator` as a process
//! * `walls`: certificate, files, what is read anew, what hostile input does

mod client;
mod faults;
mod page;
mod program;
mod refusals;
mod sign_in;
mod walls;
mod world;
