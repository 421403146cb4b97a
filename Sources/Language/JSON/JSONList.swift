import CSimdjson

/// A JSON text that was read over but not parsed: that it is JSON is known, and where the elements of one list lie. It takes a
/// third of a parse's time and none of its memory, and each element can be read on its own.
///
/// Unchecked: nothing is written but when it is made and when it goes.
package final class JSONList: @unchecked Sendable {
    /// The elements, in order.
    package let elements: [Element]
    /// The text and `JSONDocument.padding` zeros.
    private var bytes: [UInt8]
    private let brackets: touchline_json_place

    /// An element's text, from its first byte to the comma or bracket behind it.
    package struct Element: Sendable {
        package let start: Int
        package let end: Int
    }

    /// `path` are the keys that lead from the root to the list. Nil where the text must be parsed to know: it is not JSON, or
    /// leads to no list, or is JSON of an unusual kind. Then `text` is as it was; else it is taken.
    package init?(cutting text: inout [UInt8], at path: [String]) {
        let count = text.count
        text.append(contentsOf: repeatElement(0, count: JSONDocument.padding))
        guard let (elements, brackets) = CutterMemory.cut(text, count: count, at: path) else {
            text.removeLast(JSONDocument.padding)
            return nil
        }
        self.elements = elements
        self.brackets = brackets
        bytes = text
        text = []
    }

    deinit {
        var done: [UInt8] = []
        swap(&done, &bytes)
        PageBuffers.keep(done)
    }

    /// Calls `body` with the whole text, padded. The places of elements are offsets into it.
    package func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0.dropLast(JSONDocument.padding))) }
    }

    /// The text with an empty list in place of the list.
    package var rest: [UInt8] {
        var rest = Array(bytes[...Int(brackets.start)])
        rest += bytes[Int(brackets.end)..<(bytes.count - JSONDocument.padding)]
        return rest
    }

    /// The whole text, parsed after all.
    package func document() throws(JSONError) -> JSONDocument {
        try JSONDocument(parsing: Array(bytes.dropLast(JSONDocument.padding)))
    }

    /// One element as a document of its own.
    package func document(of element: Element) throws(JSONError) -> JSONDocument {
        try JSONDocument(parsing: Array(bytes[element.start..<element.end]))
    }
}

/// The working memory of cuts that are done, for those that follow.
private enum CutterMemory {
    private static let kept = Guarded<[UInt]>([])
    private static let most = 2

    static func cut(
        _ text: [UInt8], count: Int, at path: [String]
    ) -> (elements: [JSONList.Element], brackets: touchline_json_place)? {
        let waiting = kept.withLock { $0.popLast() }.flatMap { OpaquePointer(bitPattern: $0) }
        guard let cutter = waiting ?? touchline_json_cutter_new() else { return nil }
        defer {
            let isKept = kept.withLock { kept in
                guard kept.count < most else { return false }
                kept.append(UInt(bitPattern: cutter))
                return true
            }
            if !isKept { touchline_json_cutter_free(cutter) }
        }
        let names = path.map { Array($0.utf8) }
        let isCut = text.withUnsafeBufferPointer { bytes in
            withKeys(names) { touchline_json_cut(cutter, bytes.baseAddress, count, $0.baseAddress, $0.count) != 0 }
        }
        guard isCut else { return nil }
        let places = UnsafeBufferPointer(
            start: touchline_json_cut_places(cutter), count: touchline_json_cut_count(cutter))
        return (
            places.map { JSONList.Element(start: Int($0.start), end: Int($0.end)) }, touchline_json_cut_list(cutter)
        )
    }

    /// Lends the names as keys.
    private static func withKeys<Result>(
        _ names: [[UInt8]], _ body: (UnsafeBufferPointer<touchline_json_key>) -> Result
    ) -> Result {
        var keys: [touchline_json_key] = []
        let text = names.flatMap { $0 }
        return text.withUnsafeBufferPointer { buffer in
            var start = 0
            for name in names {
                keys.append(touchline_json_key(text: buffer.baseAddress.map { $0 + start }, length: name.count))
                start += name.count
            }
            return keys.withUnsafeBufferPointer(body)
        }
    }
}
