package import Fetching
import Language

/// Cuts what a pull says into pieces of work that can be mapped on any thread: slices of a JSON page, blocks of whole
/// lines or rows, batches of groups. One per source; give it every event, and take the work after each.
package struct RecordReader {
    private let mapping: Mapping
    private let format: PageFormat
    private let activities: ActivityTable
    private var queue: [MappingWork] = []
    private var taken = 0
    private var page = 0
    /// Rows and records read so far.
    private var sequence = 0
    private var lines = LineCutter()
    private var table: TableReader?
    private let groups: RowGrouper?
    /// What the header of a table must name.
    private let columns: NeededColumns
    private var isFinished = false
    private var known = MappedBatch()

    /// About how many bytes of rows make one piece of work.
    static let blockSize = 1 << 20
    /// Bytes of one NDJSON line or CSV row.
    private let maxRow: Int

    package init(
        source: String, mapping: Mapping, format: PageFormat, activities: ActivityTable, maxRow: Int = Limits().maxRow
    ) {
        self.init(
            source: source, mapping: mapping, format: format, activities: activities, maxRow: maxRow,
            columns: format == .csv ? NeededColumns(of: mapping) : NeededColumns())
    }

    init(
        source: String, mapping: Mapping, format: PageFormat, activities: ActivityTable, maxRow: Int, columns: NeededColumns
    ) {
        self.mapping = mapping
        self.columns = columns
        self.maxRow = maxRow
        self.format = format
        self.activities = activities
        groups = mapping.groupBy != nil || mapping.isDistinct ? RowGrouper(mapping: mapping) : nil
    }

    /// Takes in the next event of the pull.
    package mutating func consume(_ event: PullEvent) throws(ReadFailure) {
        switch event {
        case .page(let page): try read(page)
        case .bytes(let bytes, let page): try read(bytes, page: page)
        case .pageEnded: try endPage()
        case .ended: try dropCutRow()
        }
    }

    /// A page whose end was not read may be cut within a row, and a part of a row is no row.
    private mutating func dropCutRow() throws(ReadFailure) {
        if format == .ndjson {
            try cutLines(atLeast: 1)
            lines = LineCutter()
        } else if table != nil {
            try takeRows(atLeast: 0)
            table = nil
        }
    }

    /// Nothing more comes: the last rows and, where rows are grouped, all groups become work.
    package mutating func finish() throws(ReadFailure) {
        guard !isFinished else { return }
        isFinished = true
        defer { add(.nothing, rows: 0) }
        try endPage()
        do {
            try groups?.finish()
        } catch {
            throw failure("spill", error.description)
        }
    }

    /// The next piece of work, where there is one.
    package mutating func next() -> MappingWork? {
        if taken < queue.count {
            defer { taken += 1 }
            return queue[taken]
        }
        queue.removeAll(keepingCapacity: true)
        taken = 0
        guard isFinished, let groups else { return nil }
        do {
            let batch = try groups.take(bytes: Self.blockSize)
            return batch.isEmpty ? nil : work(.groups(batch))
        } catch {
            var work = work(.nothing)
            work.known.failure = failure("spill", error.description)
            isFinished = false
            return work
        }
    }

    private func failure(_ code: String, _ message: String) -> ReadFailure {
        ReadFailure(Outcome.Reason(code, message), sequence: sequence)
    }

    private func work(_ rows: MappingWork.Rows, firstIndex: Int = 0) -> MappingWork {
        MappingWork(
            mapping: mapping, activities: activities, rows: rows, page: page, sequence: sequence, firstIndex: firstIndex)
    }

    private mutating func add(_ rows: MappingWork.Rows, rows count: Int, firstIndex: Int = 0) {
        known.rejections += groups?.takeRejections() ?? []
        if case .nothing = rows, known.rejections.isEmpty, known.warnings.isEmpty { return }
        var work = work(rows, firstIndex: firstIndex)
        work.known = known
        known = MappedBatch()
        queue.append(work)
        sequence += count
    }

    // MARK: JSON pages

    private mutating func read(_ page: Page) throws(ReadFailure) {
        self.page = page.number
        if case .list(let list) = page.content, groups == nil { return read(list) }
        let list: Value?
        do {
            let document = try page.document()
            document.missing = mapping.missing
            list = try records(of: document)
        } catch {
            throw failure("records", "'records' of page \(page.number) cannot be read: \(error)")
        }
        switch list {
        case .list(.json(let element)): try read(element)
        case .list(.array(let values)): try read(values)
        default:
            let found = list.map { "\($0.kindName)" } ?? "nothing"
            let hint = mapping.records == nil ? ": say with 'records' where the list is" : ""
            throw failure("records", "the records of page \(page.number) are \(found), not a list\(hint)")
        }
    }

    private func records(of document: JSONDocument) throws(EvaluationError) -> Value? {
        guard let records = mapping.records else { return document.root.value }
        var scope = Scope(slots: 1)
        scope.open(document)
        scope.set(0, .json(JSONTape.root))
        if case .path(let path, _) = records.value, case .json(let index) = scope.find(path) {
            return JSONElement(document: document, index: index).value
        }
        return try scope.value(records.value)
    }

    private mutating func read(_ list: JSONList) {
        var first = 0
        for (index, element) in list.elements.enumerated()
        where element.end - list.elements[first].start > Self.blockSize || index + 1 == list.elements.count {
            add(.cut(list, first..<(index + 1)), rows: index + 1 - first, firstIndex: first)
            first = index + 1
        }
    }

    /// Slices of about a megabyte, so that one large page is mapped by several threads.
    private mutating func read(_ list: JSONElement) throws(ReadFailure) {
        var places: [Int] = []
        var first = 0
        var index = 0
        for element in list.children() {
            if let groups {
                let pointer = (mapping.records?.pointer ?? "") + "/\(index)"
                try group(groups, element, pointer: pointer, number: index)
            } else {
                if let begun = places.first, element.index - begun > Self.blockSize / 8 {
                    add(.elements(list.document, places), rows: places.count, firstIndex: first)
                    first = index
                    places.removeAll(keepingCapacity: true)
                }
                places.append(element.index)
            }
            index += 1
        }
        if !places.isEmpty { add(.elements(list.document, places), rows: places.count, firstIndex: first) }
        if groups != nil { sequence += index }
    }

    private mutating func read(_ values: [Value]) throws(ReadFailure) {
        guard groups == nil else { throw failure("records", "rows can be grouped only where 'records' is a path") }
        if !values.isEmpty { add(.values(values), rows: values.count) }
    }

    private func group(
        _ groups: RowGrouper, _ element: JSONElement, pointer: String, number: Int
    ) throws(ReadFailure) {
        do {
            try groups.add(element, page: page, number: sequence + number + 1, pointer: pointer)
        } catch {
            throw failure("spill", error.description)
        }
    }

    // MARK: Lines and rows

    private mutating func read(_ bytes: [UInt8], page: Int) throws(ReadFailure) {
        if page != self.page { try beginPage(page) }
        if format == .ndjson {
            lines.append(bytes)
            try cutLines()
        } else {
            do throws(CSVError) {
                try table?.push(bytes)
            } catch {
                // The rows before the fault are good.
                try takeRows(atLeast: 0)
                table = nil
                throw failure(of: error)
            }
            try takeRows(atLeast: Self.blockSize)
        }
    }

    private mutating func beginPage(_ page: Int) throws(ReadFailure) {
        try endPage()
        self.page = page
        if format == .csv {
            table = TableReader(
                CSVScanner(page: page, rowsBefore: sequence, missing: mapping.missing, maxRow: maxRow))
        }
    }

    private mutating func endPage() throws(ReadFailure) {
        if format == .ndjson {
            try cutLines(isEnd: true)
            lines = LineCutter()
        }
        guard let table else { return }
        do throws(CSVError) {
            try table.finish()
        } catch {
            // The rows before the fault are good.
            try takeRows(atLeast: 0)
            self.table = nil
            throw failure(of: error)
        }
        try takeRows(atLeast: 0)
        self.table = nil
        if table.header == nil { throw failure("no_header", "page \(page) has no header row") }
    }

    private mutating func cutLines(isEnd: Bool = false, atLeast size: Int = blockSize) throws(ReadFailure) {
        while let block = lines.cut(atLeast: isEnd ? 0 : size, isEnd: isEnd) {
            if let groups {
                try group(groups, block)
                sequence += block.lines
            } else {
                add(.lines(block.bytes, count: block.count, line: block.firstLine), rows: block.lines)
            }
        }
        guard lines.waiting <= maxRow else {
            throw failure("too_large", "a line of page \(page) is longer than \(maxRow) bytes")
        }
    }

    private mutating func group(_ groups: RowGrouper, _ block: LineCutter.Block) throws(ReadFailure) {
        let page = page
        let sequence = sequence
        let result = block.bytes.withUnsafeBufferPointer { buffer -> Result<Void, ReadFailure> in
            do {
                for line in NDJSONLines(UnsafeBufferPointer(rebasing: buffer[..<block.count])) {
                    let number = block.firstLine + line.number
                    try groups.add(line: line.text, page: page, number: sequence + line.number + 1, pointer: "/\(number)")
                }
                return .success(())
            } catch let error as SpillError {
                return .failure(failure("spill", error.description))
            } catch {
                return .failure(failure("not_json", "a line of page \(page) is not JSON: \(error)"))
            }
        }
        try result.get()
    }

    private mutating func takeRows(atLeast size: Int) throws(ReadFailure) {
        guard let table, table.waiting >= size else { return }
        let block: CSVBlock?
        do throws(CSVError) {
            block = try table.takeBlock()
        } catch {
            throw failure(of: error)
        }
        try note(table.header)
        guard let block else { return }
        guard let groups else { return add(.table(block), rows: block.rows.count) }
        do {
            try groups.add(block)
        } catch {
            throw failure("spill", error.description)
        }
        sequence += block.rows.count
    }

    /// What is to be said of a page's header.
    private mutating func note(_ header: CSVHeader?) throws(ReadFailure) {
        guard let header else { return }
        let first = header.names.first?.lowercased() ?? ""
        if first.hasPrefix("<!doctype") || first.hasPrefix("<html") {
            throw failure("html", "page \(page) is an HTML page, not CSV")
        }
        if let lack = columns.lack(of: header) { throw failure("wrong_columns", "page \(page) \(lack)") }
        for name in header.doubled {
            let warning = "the header of page \(page) names the column '\(name)' twice: the last one counts"
            if !known.warnings.contains(warning) { known.warnings.append(warning) }
        }
    }

    private func failure(of error: CSVError) -> ReadFailure {
        failure("not_csv", "line \(error.line) of page \(page): \(error.message)")
    }
}

/// The scanner of one page, shared by the copies of its reader.
private final class TableReader {
    private var scanner: CSVScanner

    init(_ scanner: consuming CSVScanner) { self.scanner = scanner }

    var waiting: Int { scanner.waiting }
    var header: CSVHeader? { scanner.header }

    func push(_ bytes: [UInt8]) throws(CSVError) {
        try bytes.withUnsafeBufferPointer { buffer -> Result<Void, CSVError> in
            do throws(CSVError) {
                return .success(try scanner.push(buffer))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    func finish() throws(CSVError) { try scanner.finish() }

    func takeBlock() throws(CSVError) -> CSVBlock? { try scanner.takeBlock() }
}
