import Checklists

/// How a verdict counts among the cases of an item: two bits.
enum CaseMark {
    static let none: UInt8 = 0
    static let met: UInt8 = 1
    static let missed: UInt8 = 2
    static let unobserved: UInt8 = 3

    /// Two bits for every `VerdictCode`, by its byte.
    static let table: UInt64 = {
        var table: UInt64 = 0
        for byte in 0..<UInt8(VerdictCode.count) {
            guard let code = VerdictCode(byte: byte) else { continue }
            let mark =
                switch code.rate {
                case .met: met
                case .missed: missed
                case .none: code.verdict == .notObservable ? unobserved : none
                }
            table |= UInt64(mark) << (UInt64(byte) * 2)
        }
        return table
    }()

    /// Bytes that hold the marks of so many slots.
    static func bytes(for slots: Int) -> Int { (slots + 3) / 4 }

    static func mark(of slot: Int, in marks: UnsafeRawBufferPointer) -> UInt8 {
        marks[slot >> 2] >> UInt8((slot & 3) << 1) & 3
    }

    /// Whether any slot is missed or not observable: then the record is an example.
    static func hasExamples(_ marks: UnsafeRawBufferPointer) -> Bool {
        for byte in marks where byte & 0xAA != 0 { return true }
        return false
    }
}
