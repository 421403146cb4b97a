import Language

/// A sentence for evidence, written by string interpolation. Its pieces are appended as bytes: most of the time of an
/// audit with many breaches would else go into texts that exist only to be joined.
struct Sentence: ExpressibleByStringInterpolation {
    /// `'resolved' at 2026-01-05T09:12:00Z`
    struct Told {
        let activity: String
        let at: Instant
        /// What the check calls the event, where that is another name.
        var name: String?
    }

    private let bytes: [UInt8]

    init(stringLiteral text: String) { bytes = Array(text.utf8) }

    init(stringInterpolation pieces: StringInterpolation) { bytes = pieces.bytes }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Gathers the pieces.
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var bytes: [UInt8] = []

        init(literalCapacity: Int, interpolationCount: Int) { bytes.reserveCapacity(literalCapacity + 40 * interpolationCount) }

        mutating func appendLiteral(_ literal: String) { bytes.append(text: literal) }

        mutating func appendInterpolation(_ text: String) { bytes.append(text: text) }

        mutating func appendInterpolation(_ number: Int) { bytes.append(number: Int64(number)) }

        mutating func appendInterpolation(_ instant: Instant) { instant.append(to: &bytes) }

        mutating func appendInterpolation(_ told: Told) {
            bytes.append(UInt8(ascii: "'"))
            bytes.append(text: told.activity)
            bytes.append(text: "' at ")
            told.at.append(to: &bytes)
            guard let name = told.name else { return }
            bytes.append(text: " (which is ")
            bytes.append(text: name)
            bytes.append(UInt8(ascii: ")"))
        }

        /// A length of time as people write it, in seconds.
        mutating func appendInterpolation(length: Int64) { Limit.append(length, to: &bytes) }

        /// A length after a few words; nothing where there is none.
        mutating func appendInterpolation(_ words: String, length: Int64?) {
            guard let length else { return }
            bytes.append(text: words)
            Limit.append(length, to: &bytes)
        }
    }
}

extension [UInt8] {
    @inline(__always)
    mutating func append(text: String) {
        if text.utf8.withContiguousStorageIfAvailable({ append(contentsOf: $0) }) == nil { append(contentsOf: text.utf8) }
    }

    mutating func append(number: Int64) {
        if number < 0 { append(UInt8(ascii: "-")) }
        var rest = number.magnitude
        let start = count
        repeat {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        } while rest > 0
        if count - start > 1 { self[start...].reverse() }
    }
}
