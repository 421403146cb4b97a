import CRE2

/// Text compared as CEL does: by code points, never by canonical equivalence as `String` does.
package enum Text {
    @inline(__always)
    package static func same(_ a: String, _ b: String) -> Bool {
        // Unequal under canonical equivalence is unequal by code points; short texts are settled by one comparison.
        guard a.utf8.count == b.utf8.count, a == b else { return false }
        let result = a.utf8.withContiguousStorageIfAvailable { a in
            b.utf8.withContiguousStorageIfAvailable { b in sameBytes(a, b) } ?? a.elementsEqual(b.utf8)
        }
        return result ?? a.utf8.elementsEqual(b.utf8)
    }

    @inline(__always)
    private static func sameBytes(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = a.baseAddress, let second = b.baseAddress else { return true }
        let count = a.count
        let left = UnsafeRawPointer(first)
        let right = UnsafeRawPointer(second)
        var at = 0
        while at + 8 <= count {
            guard
                left.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                    == right.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            else { return false }
            at += 8
        }
        while at < count {
            guard a[at] == b[at] else { return false }
            at += 1
        }
        return true
    }

    /// UTF-8 bytes sort as code points do.
    static func compare(_ a: String, _ b: String) -> Int {
        var left = a
        var right = b
        return left.withUTF8 { a in right.withUTF8 { b in compare(a, b) } }
    }

    static func compare(_ a: some Collection<UInt8>, _ b: some Collection<UInt8>) -> Int {
        var others = b.makeIterator()
        for byte in a {
            guard let other = others.next() else { return 1 }
            if byte != other { return byte < other ? -1 : 1 }
        }
        return others.next() == nil ? 0 : -1
    }

    /// The place of `needle` in `text` at or after `start`, in bytes.
    static func find(_ needle: [UInt8], in text: [UInt8], from start: Int = 0) -> Int? {
        needle.withUnsafeBufferPointer { needle in text.withUnsafeBufferPointer { find(needle, in: $0, from: start) } }
    }

    static func contains(_ text: String, _ other: String) -> Bool {
        var text = text
        var other = other
        return text.withUTF8 { text in other.withUTF8 { find($0, in: text, from: 0) != nil } }
    }

    /// The C library's search is linear in both.
    private static func find(
        _ needle: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int? {
        guard start <= text.count - needle.count else { return nil }
        guard let wanted = needle.baseAddress, !needle.isEmpty, let base = text.baseAddress else { return start }
        let at = touchline_find(base + start, text.count - start, wanted, needle.count)
        return at < 0 ? nil : start + at
    }
}

/// A text as a key of a dictionary, equal by code points.
struct TextKey: Hashable {
    let text: String
    static func == (a: TextKey, b: TextKey) -> Bool { Text.same(a.text, b.text) }
    // Equal code points are canonically equivalent too, so the hash of String serves.
    func hash(into hasher: inout Hasher) { text.hash(into: &hasher) }
}
