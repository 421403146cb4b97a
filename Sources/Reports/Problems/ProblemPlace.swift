import Language

/// The line that a diagnostic speaks of, and how much of it is meant.
struct ProblemPlace {
    /// Without its end; nil where the text was not read or must not be shown.
    let line: Substring?
    /// Behind the last letter that is meant, from 1, in Unicode scalars; at least one behind the place itself.
    let endColumn: Int

    init(_ position: Position, in diagnostics: Diagnostics) {
        line = diagnostics.line(at: position)
        guard let line else {
            endColumn = position.column + 1
            return
        }
        let rest = Array(line.unicodeScalars.dropFirst(position.column - 1))
        endColumn = position.column + max(1, Self.length(of: rest))
    }

    /// Of the word, or the quoted text, that begins there.
    private static func length(of rest: [Unicode.Scalar]) -> Int {
        guard let first = rest.first else { return 0 }
        if first == "'" || first == "\"", let end = rest.dropFirst().firstIndex(of: first) { return end + 1 }
        return rest.prefix { isWord($0) }.count
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar == "-" || scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
            || scalar.properties.generalCategory == .nonspacingMark
    }
}
