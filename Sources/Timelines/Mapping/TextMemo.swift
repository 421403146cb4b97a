import Language

/// Texts that were read before, so that a word which stands in every record is made into a `String` once. Each has one
/// place, by its hash, and gives way to the next that wants it. Used by one thread; valid as long as its `Memory`.
struct TextMemo {
    /// Owns the entries.
    final class Memory {
        fileprivate let entries: UnsafeMutablePointer<Entry>
        fileprivate let digits: UnsafeMutablePointer<UInt8>

        init() {
            entries = .allocate(capacity: 1 << TextMemo.bits)
            entries.initialize(repeating: Entry(), count: 1 << TextMemo.bits)
            digits = .allocate(capacity: 24)
            digits.initialize(repeating: 0, count: 24)
        }

        deinit {
            entries.deinitialize(count: 1 << TextMemo.bits)
            entries.deallocate()
            digits.deallocate()
        }
    }

    struct Entry {
        var mark = TextMark()
        /// What is asked of the text: `plain`, or the number of the field whose table translates it.
        var tag = 0
        var text = ""
        var symbol = ActivityTable.unknown
    }

    /// The text as it stands.
    static let plain = 0
    /// The text as it stands, as the name of an activity.
    static let activity = 1
    /// Fields with tables count up from here.
    static let firstTable = 2

    private static let bits = 10
    private let entries: UnsafeMutablePointer<Entry>
    /// Digits on their way to a text.
    private let digits: UnsafeMutablePointer<UInt8>

    init(_ memory: Memory) {
        entries = memory.entries
        digits = memory.digits
    }

    /// The only place where an entry of the mark can be.
    @inline(__always)
    private func place(_ mark: TextMark, _ tag: Int) -> UnsafeMutablePointer<Entry> {
        entries + Int(truncatingIfNeeded: mark.hash(tag) >> UInt64(64 - Self.bits))
    }

    /// What is known of a text; nil where nothing is.
    @inline(__always)
    func entry(_ mark: TextMark, _ tag: Int) -> UnsafeMutablePointer<Entry>? {
        let place = place(mark, tag)
        return place.pointee.mark == mark && place.pointee.tag == tag ? place : nil
    }

    @inline(never)
    func keep(
        _ mark: TextMark, _ tag: Int, _ text: String, _ symbol: Symbol = ActivityTable.unknown
    ) -> UnsafeMutablePointer<Entry> {
        let place = place(mark, tag)
        place.pointee = Entry(mark: mark, tag: tag, text: text, symbol: symbol)
        return place
    }

    /// A number in digits, after a text where one is given.
    @inline(never)
    func text(_ number: Int64, after prefix: String = "") -> String {
        var at = 24
        var rest = number.magnitude
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            at -= 1
            digits[at] = UInt8(truncatingIfNeeded: digit) + 48
            rest = quotient
        } while rest > 0
        if number < 0 {
            at -= 1
            digits[at] = UInt8(ascii: "-")
        }
        let written = UnsafeBufferPointer(start: digits + at, count: 24 - at)
        if prefix.isEmpty { return String(decoding: written, as: UTF8.self) }
        // In one piece: a text that grows is copied, and short ones need no memory of their own.
        return String(unsafeUninitializedCapacity: prefix.utf8.count + written.count) { text in
            let start = text.initialize(fromContentsOf: prefix.utf8)
            return text[start...].initialize(fromContentsOf: written)
        }
    }
}
