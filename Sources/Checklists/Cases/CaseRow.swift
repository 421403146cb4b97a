import Language

/// The part of a judgement's row that says what the record can be compared with: read where it lies.
package struct CaseRow {
    /// Of the audit's window, 0 the first; -1 outside.
    package let month: Int
    /// Nil where the record names none.
    package let customer: UnsafeRawBufferPointer?
    package let owner: UnsafeRawBufferPointer?
    /// The region and then the values of the mix, as `texts(of:)` reads them: the same bytes for the same texts.
    package let place: UnsafeRawBufferPointer
    /// The outcomes of the plan's measures, one behind the other; empty where there are none.
    package let measures: UnsafeRawBufferPointer

    /// `mixFields` is how many fields the mix has.
    package init(_ bytes: UnsafeRawBufferPointer, mixFields: Int) throws(JudgementDecodingError) {
        var reader = ByteReader(bytes: bytes)
        month = try reader.number()
        customer = try reader.optionalText()
        owner = try reader.optionalText()
        let start = reader.place
        for _ in 0...mixFields { _ = try reader.optionalText() }
        place = UnsafeRawBufferPointer(rebasing: bytes[start..<reader.place])
        measures = UnsafeRawBufferPointer(rebasing: bytes[reader.place...])
    }

    /// The texts of a `place`; nil for those that are absent.
    package static func texts(of place: UnsafeRawBufferPointer) throws(JudgementDecodingError) -> [String?] {
        var reader = ByteReader(bytes: place)
        var texts: [String?] = []
        while !reader.isAtEnd { texts.append(try reader.optionalText().map { String(decoding: $0, as: UTF8.self) }) }
        return texts
    }
}
