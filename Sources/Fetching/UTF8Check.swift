import Language

/// Finds the first byte that is not UTF-8 (RFC 3629) in bytes that come in pieces, which may cut a letter in two.
struct UTF8Check {
    /// Bytes that the letter under way still needs, and what the next of them may be.
    private var missing = 0
    private var next: ClosedRange<UInt8> = 0x80...0xBF

    /// The offset in `bytes` of the first wrong one, nil where there is none so far.
    mutating func fault(in bytes: borrowing [UInt8]) -> Int? {
        // Mostly nothing is wrong and no letter is cut, which is told faster than where and what.
        if missing == 0, bytes.withUnsafeBufferPointer({ isUTF8($0) }) { return nil }
        return bytes.withUnsafeBytes { bytes in
            var at = 0
            while at < bytes.count {
                if missing == 0 {
                    at = Self.skipASCII(bytes, from: at)
                    if at == bytes.count { break }
                    guard begin(bytes[at]) else { return at }
                } else {
                    guard next.contains(bytes[at]) else { return at }
                    missing -= 1
                    next = 0x80...0xBF
                }
                at += 1
            }
            return nil
        }
    }

    /// The text does not end within a letter.
    var isWhole: Bool { missing == 0 }

    /// Eight bytes at a time: most of what comes is ASCII.
    private static func skipASCII(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var at = start
        while at + 8 <= bytes.count, bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 {
            at += 8
        }
        while at < bytes.count, bytes[at] < 0x80 { at += 1 }
        return at
    }

    /// The bounds keep out overlong forms, surrogates and what lies beyond U+10FFFF.
    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF: (missing, next) = (1, 0x80...0xBF)
        case 0xE0: (missing, next) = (2, 0xA0...0xBF)
        case 0xED: (missing, next) = (2, 0x80...0x9F)
        case 0xE1...0xEF: (missing, next) = (2, 0x80...0xBF)
        case 0xF0: (missing, next) = (3, 0x90...0xBF)
        case 0xF1...0xF3: (missing, next) = (3, 0x80...0xBF)
        case 0xF4: (missing, next) = (3, 0x80...0x8F)
        default: return false
        }
        return true
    }
}
