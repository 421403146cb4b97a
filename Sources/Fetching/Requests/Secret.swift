/// A password, token or key. It is held in memory alone: whatever prints or dumps a value that holds one shows `***`.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself, for the request that needs it and for what takes it out of texts.
    let revealed: String

    init(_ text: String) { revealed = text }

    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
