import Foundation

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

extension UnsafeRawBufferPointer {
    /// The order of the bytes, as that of texts.
    func precedes(_ other: UnsafeRawBufferPointer) -> Bool { lexicographicallyPrecedes(other) }

    @inline(__always)
    func hasBytes(of other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let mine = baseAddress, let theirs = other.baseAddress else { return true }
        return memcmp(mine, theirs, count) == 0
    }

    var text: String { String(decoding: self, as: UTF8.self) }
}
