// Stands in for the package `bindings` in the bundle: it looks through a dozen folders for the compiled half of
// better-sqlite3, which is always here.
// @ts-ignore TS2307: native code has no types, and is only there where it was compiled.
module.exports = () => require('better-sqlite3/build/Release/better_sqlite3.node');
