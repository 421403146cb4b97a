import Language

/// Rows of a CSV page, unescaped, in one piece of memory that its spans point into.
package final class CSVBlock: @unchecked Sendable {
    /// Where a field lies in the bytes, without its quotes.
    package struct Span: Sendable {
        var start: UInt32
        var end: UInt32
    }

    /// A row: its fields and where it stood.
    package struct Row: Sendable {
        /// Of its first field in `spans`; it has as many as its header has names.
        package var firstSpan: Int
        /// The line on which it begins, from 1, and the page.
        package var line: Int
        package var page: Int
        /// Counts the rows of the source, from 1.
        package var number: Int
        /// An index into `headers`.
        package var header: Int
    }

    private let memory: UnsafeMutableBufferPointer<UInt8>
    private let spans: [Span]
    package let rows: [Row]
    package let headers: [CSVHeader]
    let missing: MissingTexts

    init(
        copying bytes: UnsafeBufferPointer<UInt8>, spans: [Span], rows: [Row], headers: [CSVHeader], missing: MissingTexts
    ) {
        memory = .allocate(capacity: bytes.count)
        _ = memory.initialize(from: bytes)
        self.spans = spans
        self.rows = rows
        self.headers = headers
        self.missing = missing
    }

    deinit { memory.deallocate() }

    func header(ofRow row: Int) -> CSVHeader { headers[rows[row].header] }

    /// The bytes of a field, valid as long as the block lives.
    package func field(_ column: Int, ofRow row: Int) -> UnsafeBufferPointer<UInt8> {
        let span = spans[rows[row].firstSpan + column]
        return UnsafeBufferPointer(rebasing: memory[Int(span.start)..<Int(span.end)])
    }

    /// The field of a name; nil where there is no such column or the field says "nothing".
    func field(named name: String, ofRow row: Int) -> UnsafeBufferPointer<UInt8>? {
        guard let column = header(ofRow: row).column(of: name) else { return nil }
        let field = field(column, ofRow: row)
        return missing.contains(field) ? nil : field
    }
}

/// The names of a page's columns.
package final class CSVHeader: Sendable {
    package let names: [String]
    /// The names that stand twice: the last column of a name wins.
    package let doubled: [String]
    private let columns: [String: Int]

    package init(_ names: [String]) {
        self.names = names
        var columns: [String: Int] = [:]
        var doubled: [String] = []
        for (column, name) in names.enumerated() where columns.updateValue(column, forKey: name) != nil {
            if !doubled.contains(name) { doubled.append(name) }
        }
        self.columns = columns
        self.doubled = doubled
    }

    package func column(of name: String) -> Int? { columns[name] }
}

/// A row as expressions see it: a map of texts.
final class CSVRow: MapSource {
    private let block: CSVBlock
    private let row: Int

    init(_ block: CSVBlock, _ row: Int) {
        self.block = block
        self.row = row
    }

    var keys: [String] {
        let header = block.header(ofRow: row)
        return header.names.enumerated().compactMap { column, name in
            header.column(of: name) == column && block.field(named: name, ofRow: row) != nil ? name : nil
        }
    }

    func value(forKey key: String) throws(EvaluationError) -> Value? {
        block.field(named: key, ofRow: row).map { .string(String(decoding: $0, as: UTF8.self)) }
    }
}

/// The rows of a group as expressions see them.
final class CSVRows: ListSource {
    private let block: CSVBlock
    private let rows: Range<Int>

    init(_ block: CSVBlock, _ rows: Range<Int>) {
        self.block = block
        self.rows = rows
    }

    var count: Int { rows.count }

    func element(at index: Int) throws(EvaluationError) -> Value {
        .map(.source(CSVRow(block, rows.lowerBound + index)))
    }
}
