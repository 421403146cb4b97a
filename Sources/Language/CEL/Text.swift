/// Text compared as CEL does: by code points, never by canonical equivalence as `String` does.
enum Text {
    @inline(__always)
    static func same(_ a: String, _ b: String) -> Bool {
        guard a.utf8.count == b.utf8.count else { return false }
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
        guard let first = needle.first else { return start <= text.count ? start : nil }
        var at = start
        let last = text.count - needle.count
        while at <= last {
            if text[at] == first, text[at..<(at + needle.count)].elementsEqual(needle) { return at }
            at += 1
        }
        return nil
    }
}

/// A text as a key of a dictionary, equal by code points.
struct TextKey: Hashable {
    let text: String
    static func == (a: TextKey, b: TextKey) -> Bool { Text.same(a.text, b.text) }
    // Equal code points are canonically equivalent too, so the hash of String serves.
    func hash(into hasher: inout Hasher) { text.hash(into: &hasher) }
}
