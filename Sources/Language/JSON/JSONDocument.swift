import CSimdjson

/// A parsed JSON document: simdjson's tape and string buffer, read in place. Elements keep their document alive.
///
/// simdjson checks the grammar, UTF-8 and surrogates and bounds the depth at 1,024. A byte order mark is dropped, and an
/// integer beyond 64 bits becomes the text of its digits: as a double it would be the same as its neighbours. Where a key stands twice in an object the last one wins.
///
/// Unchecked: everything but `missing` is written only while it is parsed, before anyone else has it; `missing` must be
/// set before the document is shared.
package final class JSONDocument: @unchecked Sendable {
    private let memory: OpaquePointer
    /// The text of a large page: its memory is handed on to another one.
    private var isLarge = false
    /// Valid as long as the document lives.
    package private(set) var tape: JSONTape
    /// Texts that mean "nothing" in this document: `value(forKey:)` does not see them.
    package var missing = MissingTexts()

    /// How many bytes the parser may read behind the end of the text. A buffer with that much spare capacity is parsed
    /// without a copy.
    package static let padding = touchline_json_padding()

    /// Parses a text that nobody else needs: in place where its array has `padding` bytes of capacity to spare.
    package convenience init(parsing bytes: consuming [UInt8]) throws(JSONError) {
        try self.init(parsing: bytes, with: JSONParser(forTextOf: bytes.count))
    }

    package convenience init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }

    private convenience init(parsing bytes: consuming [UInt8], with parser: JSONParser) throws(JSONError) {
        let count = bytes.count
        self.init(forTextOf: count)
        bytes.append(contentsOf: repeatElement(0, count: Self.padding))
        let problem = bytes.withUnsafeBufferPointer { buffer in
            parser.parse(UnsafeBufferPointer(rebasing: buffer.prefix(count)), into: self)
        }
        if let problem { throw problem }
    }

    /// An empty document: `null`.
    package init() {
        memory = touchline_json_document_new()
        tape = Self.emptyTape
    }

    private init(forTextOf count: Int) {
        isLarge = count >= PageMemory.large
        memory = (isLarge ? PageMemory.documents.take() : nil) ?? touchline_json_document_new()
        tape = Self.emptyTape
    }

    deinit {
        if !isLarge || !PageMemory.documents.keep(memory) { touchline_json_document_free(memory) }
    }

    package var root: JSONElement { JSONElement(document: self, index: JSONTape.root) }

    /// Parses into this document; what it held before is gone. `bytes` has padding behind it.
    fileprivate func parse(_ bytes: UnsafeBufferPointer<UInt8>, with parser: OpaquePointer) -> Int32 {
        let code = touchline_json_parse(parser, memory, bytes.baseAddress, bytes.count)
        if code == 0, let words = touchline_json_tape(memory), let strings = touchline_json_strings(memory) {
            tape = JSONTape(words: words, strings: strings)
        } else {
            tape = Self.emptyTape
        }
        return code
    }

    /// The tape of `null`, for a document that holds nothing. Unsafe only by its type: written once, then only read.
    nonisolated(unsafe) private static let emptyTape: JSONTape = {
        let words = UnsafeMutablePointer<UInt64>.allocate(capacity: 3)
        words.initialize(repeating: UInt64(JSONTape.Kind.null) << 56, count: 3)
        let strings = UnsafeMutablePointer<UInt8>.allocate(capacity: 8)
        strings.initialize(repeating: 0, count: 8)
        return JSONTape(words: words, strings: strings)
    }()
}

/// Parses many documents with the same working memory, such as the lines of an NDJSON block. Not shared between threads.
///
/// The document of the last parse is used again where nobody kept it (nor an element of it) and made anew where somebody
/// did, so that keeping one is safe and letting it go is fast.
package final class JSONParser {
    private let memory: OpaquePointer
    private var document = JSONDocument()
    /// For every document parsed from now on.
    package var missing = MissingTexts() { didSet { isStale = true } }
    /// The document has other missing texts.
    private var isStale = false

    private var isLarge = false

    package init() { memory = touchline_json_parser_new(Int(UInt32.max)) }

    fileprivate init(forTextOf count: Int) {
        isLarge = count >= PageMemory.large
        memory = (isLarge ? PageMemory.parsers.take() : nil) ?? touchline_json_parser_new(Int(UInt32.max))
    }

    deinit {
        if !isLarge || !PageMemory.parsers.keep(memory) { touchline_json_parser_free(memory) }
    }

    /// Parses a text with at least `JSONDocument.padding` readable bytes behind its end.
    package func parse(padded bytes: UnsafeBufferPointer<UInt8>) throws(JSONError) -> JSONDocument {
        if isStale || !isKnownUniquelyReferenced(&document) {
            document = JSONDocument()
            document.missing = missing
            isStale = false
        }
        if let problem = parse(bytes, into: document) { throw problem }
        return document
    }

    /// Parses a text that nobody else needs: in place where its array has `padding` bytes of capacity to spare.
    package func parse(_ bytes: consuming [UInt8]) throws(JSONError) -> JSONDocument {
        let count = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: JSONDocument.padding))
        let result = bytes.withUnsafeBufferPointer { buffer -> Result<JSONDocument, JSONError> in
            do throws(JSONError) {
                return .success(try parse(padded: UnsafeBufferPointer(rebasing: buffer.prefix(count))))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    fileprivate func parse(_ text: UnsafeBufferPointer<UInt8>, into document: JSONDocument) -> JSONError? {
        let mark = text.count >= 3 && text[0] == 0xEF && text[1] == 0xBB && text[2] == 0xBF ? 3 : 0
        let bytes = UnsafeBufferPointer(rebasing: text.dropFirst(mark))
        let code = document.parse(bytes, with: memory)
        guard code != 0 else { return nil }
        var finder = JSONFaultFinder(bytes)
        let fault = finder.find()
        if touchline_json_is_number_error(code) != 0, fault == nil, parseWithIntegersAsTexts(bytes, into: document) { return nil }
        let offset = fault.map { $0 + mark }
        if finder.isTooDeep { return JSONError("nested more than \(JSONFaultFinder.deepest) deep", offset: offset) }
        let message = touchline_json_error_message(code).map { String(cString: $0) } ?? "not JSON"
        return JSONError(Self.plain(message), offset: offset)
    }

    /// simdjson refuses integers beyond 64 bits, JSON does not: put them in quotes and try again. The text is JSON, so that
    /// nothing becomes JSON by it.
    private func parseWithIntegersAsTexts(_ bytes: UnsafeBufferPointer<UInt8>, into document: JSONDocument) -> Bool {
        var rewritten = JSONLongIntegers.rewritten(bytes)
        let count = rewritten.count
        rewritten.append(contentsOf: repeatElement(0, count: JSONDocument.padding))
        return rewritten.withUnsafeBufferPointer { buffer in
            document.parse(UnsafeBufferPointer(rebasing: buffer.prefix(count)), with: memory) == 0
        }
    }

    /// The library's message in our form: without its advice, lower case, no full stop.
    private static func plain(_ message: String) -> String {
        let first = message.prefix { $0 != "." && $0 != ":" }
        guard let initial = first.first else { return "not JSON" }
        return first.hasPrefix("UTF") || first.hasPrefix("JSON") ? String(first) : initial.lowercased() + first.dropFirst()
    }
}

/// Memory of large pages that are done with, for those that follow: asking the system for as much again, a page of memory at
/// a time, takes longer than parsing.
private final class PageMemory: Sendable {
    static let documents = PageMemory()
    static let parsers = PageMemory()
    /// Of this many bytes on.
    static let large = 1 << 20
    private static let most = 2

    private let kept = Guarded<[UInt]>([])

    /// Nil where nothing is kept.
    func take() -> OpaquePointer? { kept.withLock { $0.popLast() }.flatMap { OpaquePointer(bitPattern: $0) } }

    /// False where enough is kept already.
    func keep(_ memory: OpaquePointer) -> Bool {
        kept.withLock { kept in
            guard kept.count < Self.most else { return false }
            kept.append(UInt(bitPattern: memory))
            return true
        }
    }
}

/// The texts that a source writes for "nothing", compared by bytes.
package struct MissingTexts: Sendable, Hashable {
    private let texts: [[UInt8]]
    /// A bit for each length that one of them has, the last for all longer ones.
    package let lengths: UInt64

    package init(_ texts: some Sequence<String> = []) {
        self.texts = texts.map { Array($0.utf8) }
        lengths = self.texts.reduce(0) { $0 | Self.bit(of: $1.count) }
    }

    package var isEmpty: Bool { texts.isEmpty }

    private static func bit(of length: Int) -> UInt64 { 1 << UInt64(min(length, 63)) }

    package func contains(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard lengths & Self.bit(of: text.count) != 0 else { return false }
        for missing in texts where missing.count == text.count {
            if missing.withUnsafeBufferPointer({ sameBytes($0, text) }) { return true }
        }
        return false
    }

    package func contains(_ text: String) -> Bool {
        var text = text
        return !isEmpty && text.withUTF8 { contains($0) }
    }
}

/// Puts integers that fit into no 64 bits into quotes, outside strings.
enum JSONLongIntegers {
    static func rewritten(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 64 + JSONDocument.padding)
        var inString = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if inString {
                result.append(byte)
                index += 1
                if byte == UInt8(ascii: "\\"), index < bytes.count {
                    result.append(bytes[index])
                    index += 1
                }
                inString = byte != UInt8(ascii: "\"")
            } else if byte == UInt8(ascii: "-") || isDigit(byte) {
                let token = bytes[index...].prefix { isDigit($0) || "+-.eE".utf8.contains($0) }
                let quote = isTooLong(token) ? "\"" : ""
                result += quote.utf8
                result += token
                result += quote.utf8
                index = token.endIndex
            } else {
                inString = byte == UInt8(ascii: "\"")
                result.append(byte)
                index += 1
            }
        }
        return result
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// True for an integer that fits neither 64-bit type; those that do stay integers.
    private static func isTooLong(_ token: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard token.count > 18, token.dropFirst().allSatisfy(isDigit) else { return false }
        let text = String(decoding: token, as: UTF8.self)
        return Int64(text) == nil && UInt64(text) == nil
    }
}
