extension String {
    /// The order of every output: by code points, which is the order of the UTF-8 bytes. `<` on strings follows Unicode's
    /// canonical equivalence, which other tools do not.
    package func precedes(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }

    /// The same bytes. `==` takes canonically equivalent texts for equal, and two ids that differ in bytes are two.
    package func hasBytes(of other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension Sequence<String> {
    package var sortedByBytes: [String] { sorted { $0.precedes($1) } }
}
