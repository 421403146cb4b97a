package import Language

/// Why rows cannot be cut any further.
package struct CSVError: Error, Hashable, Sendable {
    /// From 1.
    package let line: Int
    /// Lower case, no full stop.
    package let message: String
}

/// Cuts the chunks of one CSV page into rows (RFC 4180): quoted fields may hold commas, line ends and doubled quotes; lines
/// end in LF or CRLF; a byte order mark is dropped and blank lines are skipped. The first row names the columns and every
/// other must have as many fields. A quote within an unquoted field is a letter like any other.
///
/// Rows gather in a buffer until `takeBlock` takes the whole ones away; a field cut by a chunk's end is read on where the
/// scan stopped, so no byte is looked at twice.
package struct CSVScanner: ~Copyable {
    private enum State { case fieldStart, unquoted, quoted, afterQuote }

    private let maxRow: Int
    private let page: Int
    private let missing: MissingTexts

    private var bytes = ByteBuffer()
    private var spans: [CSVBlock.Span] = []
    private var rows: [CSVBlock.Row] = []
    private var state = State.fieldStart
    /// Where to read on, and where the unquoted and unescaped text of the current field begins and ends so far.
    private var position = 0
    private var fieldStart = 0
    private var fieldEnd = 0
    private var wasQuoted = false
    /// Of the current row.
    private var rowStart = 0
    private var rowSpan = 0
    private var rowLine = 1
    private var line = 1
    private var isAtStart = true
    /// Rows read so far in the source, the current page included.
    package private(set) var rowCount: Int
    package private(set) var header: CSVHeader?

    package init(page: Int = 1, rowsBefore: Int = 0, missing: MissingTexts = MissingTexts(), maxRow: Int = 16 << 20) {
        self.page = page
        self.missing = missing
        self.maxRow = maxRow
        rowCount = rowsBefore
    }

    /// How many bytes of whole rows and of the row begun are waiting.
    package var waiting: Int { bytes.count }

    package mutating func push(_ chunk: UnsafeBufferPointer<UInt8>) throws(CSVError) {
        bytes.append(contentsOf: chunk)
        if isAtStart {
            guard bytes.count >= 3 else { return }
            skipMark()
        }
        try scan()
        guard bytes.count - rowStart <= maxRow else {
            throw CSVError(line: rowLine, message: "the row is longer than \(maxRow) bytes")
        }
    }

    /// Ends the page: the last line needs no line end.
    package mutating func finish() throws(CSVError) {
        if isAtStart { skipMark() }
        try scan()
        switch state {
        case .quoted: throw CSVError(line: rowLine, message: "a quoted field is not closed")
        case .fieldStart where spans.count == rowSpan: break
        case .fieldStart, .unquoted, .afterQuote:
            if state == .fieldStart { beginField(at: position) }
            if state != .afterQuote {
                let end = bytes.count
                fieldEnd = end > fieldStart && bytes.memory[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
            }
            try endRow(bytes.memory, at: bytes.count)
        }
    }

    /// The whole rows so far, or nil where there are none. What is left is the row begun.
    package mutating func takeBlock() throws(CSVError) -> CSVBlock? {
        guard let header, !rows.isEmpty else { return nil }
        let whole = bytes[..<rowStart]
        guard isUTF8(whole) else { throw CSVError(line: rows[0].line, message: "the rows from here on are not UTF-8") }
        let block = CSVBlock(copying: whole, spans: spans, rows: rows, headers: [header], missing: missing)
        dropWholeRows()
        return block
    }

    private mutating func dropWholeRows() {
        let begun = UInt32(rowStart)
        spans.removeFirst(rowSpan)
        for index in spans.indices {
            spans[index].start -= begun
            spans[index].end -= begun
        }
        bytes.removeFirst(rowStart)
        position -= rowStart
        fieldStart -= rowStart
        fieldEnd -= rowStart
        rowStart = 0
        rowSpan = 0
        rows.removeAll(keepingCapacity: true)
    }

    private mutating func skipMark() {
        isAtStart = false
        if bytes[...].starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    }

    private mutating func scan() throws(CSVError) {
        let bytes = bytes.memory
        while position < bytes.count {
            switch state {
            case .fieldStart:
                beginField(at: position)
                if bytes[position] == UInt8(ascii: "\"") {
                    position += 1
                    beginField(at: position)
                    wasQuoted = true
                    state = .quoted
                } else {
                    state = .unquoted
                }
            case .unquoted: try scanUnquoted(bytes)
            case .quoted: scanQuoted(bytes)
            case .afterQuote:
                guard try scanAfterQuote(bytes) else { return }
            }
        }
    }

    private mutating func scanUnquoted(_ bytes: UnsafeMutableBufferPointer<UInt8>) throws(CSVError) {
        var at = position
        let end = bytes.count
        while at < end {
            let byte = bytes[at]
            if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") { break }
            at &+= 1
        }
        position = at
        guard at < end else { return }
        fieldEnd = at
        if bytes[at] == UInt8(ascii: ",") {
            endField()
        } else {
            if at > fieldStart, bytes[at - 1] == UInt8(ascii: "\r") { fieldEnd = at - 1 }
            try endRow(bytes, at: at)
        }
    }

    /// Moves the text of a quoted field together where doubled quotes leave gaps.
    private mutating func scanQuoted(_ bytes: UnsafeMutableBufferPointer<UInt8>) {
        let moves = fieldEnd != position
        var at = position
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "\"") { break }
            if byte == UInt8(ascii: "\n") { line += 1 }
            if moves { bytes[fieldEnd + (at - position)] = byte }
            at &+= 1
        }
        fieldEnd += at - position
        position = at
        guard at < bytes.count else { return }
        position += 1
        state = .afterQuote
    }

    /// False where the next chunk must tell what follows.
    private mutating func scanAfterQuote(_ bytes: UnsafeMutableBufferPointer<UInt8>) throws(CSVError) -> Bool {
        switch bytes[position] {
        case UInt8(ascii: "\""):
            bytes[fieldEnd] = UInt8(ascii: "\"")
            fieldEnd += 1
            position += 1
            state = .quoted
        case UInt8(ascii: ","): endField()
        case UInt8(ascii: "\n"): try endRow(bytes, at: position)
        case UInt8(ascii: "\r"):
            guard position + 1 < bytes.count else { return false }
            guard bytes[position + 1] == UInt8(ascii: "\n") else { throw byteAfterQuote() }
            position += 1
        default: throw byteAfterQuote()
        }
        return true
    }

    private func byteAfterQuote() -> CSVError {
        CSVError(line: line, message: "a closing quote must be followed by a comma or the end of the line")
    }

    private mutating func beginField(at start: Int) {
        fieldStart = start
        fieldEnd = start
    }

    /// Ends a field at the comma or line end under the position.
    private mutating func endField() {
        // Where text was moved together, pieces of letters lie behind it, and the rows are checked to be UTF-8.
        if wasQuoted, fieldEnd < position { bytes.memory[fieldEnd..<position].update(repeating: UInt8(ascii: "\"")) }
        spans.append(CSVBlock.Span(start: UInt32(fieldStart), end: UInt32(fieldEnd)))
        wasQuoted = false
        position += 1
        state = .fieldStart
    }

    private mutating func endRow(_ bytes: UnsafeMutableBufferPointer<UInt8>, at end: Int) throws(CSVError) {
        let isBlank = spans.count == rowSpan && fieldStart == fieldEnd && !wasQuoted
        if isBlank {
            position = end
        } else {
            endField()
            try keepRow(bytes)
        }
        position = end + 1
        state = .fieldStart
        wasQuoted = false
        line += 1
        rowLine = line
        rowStart = min(position, bytes.count)
        rowSpan = spans.count
    }

    private mutating func keepRow(_ bytes: UnsafeMutableBufferPointer<UInt8>) throws(CSVError) {
        let count = spans.count - rowSpan
        guard let header else {
            guard isUTF8(UnsafeBufferPointer(rebasing: bytes[rowStart..<min(position, bytes.count)])) else {
                throw CSVError(line: rowLine, message: "the header is not UTF-8")
            }
            header = CSVHeader(
                spans[rowSpan...].map { String(decoding: bytes[Int($0.start)..<Int($0.end)], as: UTF8.self) })
            spans.removeSubrange(rowSpan...)
            return
        }
        guard count == header.names.count else {
            throw CSVError(
                line: rowLine,
                message: "the row has \(count) field\(count == 1 ? "" : "s"), the header \(header.names.count)")
        }
        rowCount += 1
        rows.append(CSVBlock.Row(firstSpan: rowSpan, line: rowLine, page: page, number: rowCount, header: 0))
    }
}
