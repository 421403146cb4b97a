/// A parsed JSON document: simdjson's tape and string buffer, read in place. Elements keep their document alive.
package final class JSONDocument: @unchecked Sendable {
    package init() {}
}

/// One element of a document: sixteen bytes, no copy.
package struct JSONElement: Sendable {
    package let document: JSONDocument
    /// The element's place on the tape.
    package let index: Int
}
