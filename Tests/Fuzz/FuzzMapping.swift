import Fetching
import Language
import Timelines

/// Any bytes as what a partner sends, mapped in several ways: as a page of JSON and as lines. However they are cut the same
/// comes of them, and the same of a list as of its elements in lines of their own.
enum MappingFuzzer {
    private static let sources = [
        """
        {missing: ["?", ""], map: {id: 'string(it.id)', kind: '"escalation"', opened: 'timestamp(it.opened)',
          closed: 'it.?closed.optMap(t, timestamp(t))', updated: 'it.updated_at.matches("^2") ? optional.of(timestamp(it.updated_at)) : optional.none()',
          severity: {of: 'it.?priority.orValue("none")', table: {urgent: S1, high: S2}, otherwise: S4},
          customer: {id: 'it.customer', name: 'it.org.name', tier: 'it.?tier.orValue("none")'}, owner: 'it.owner',
          attributes: {n: 'int(it.count)', all: 'it.tags', size: 'it.events.size()', sum: 'it.a + it.b'},
          events: [
            {for: [e in it.events], at: 'timestamp(e.at)', activity: 'e.what', actor: {id: 'string(e.by)', party: 'e.party'},
             channel: 'e.via', text: 'e.text', attributes: {group: 'e.group', deep: 'e.x.y.z'}},
            {for: [e in it.events, c in e.changes], when: 'c.field == "status" && c.to in ["a", "b"]', at: 'timestamp(c.at)',
             activity: {of: 'c.to', table: {a: opened, b: resolved}, otherwise: 'c.to'}},
            {for: ['k in it.tags.filter(t, t != "x")'], at: 'timestamp(it.opened)', activity: 'string(k)'},
            {at: 'it.?closed.optMap(t, timestamp(t))', activity: '"closed"'}]}}
        """,
        """
        {map: {id: 'it.id', opened: 'timestamp(it.opened)', severity: 'it.priority', owner: 'it.owner',
          events: [{for: [e in it.events], at: 'timestamp(e.at)', activity: 'e.what', actor: {party: 'e.party'}, text: 'e.text'}]}}
        """,
        """
        {group_by: 'row.id', distinct: true, order: source, map: {id: 'key', opened: 'timestamp(first.opened)', owner: 'last.owner',
          events: [{for: [r in rows], at: 'timestamp(r.opened)', activity: 'r.priority', attributes: {n: 'row_number'}}]}}
        """,
        "{map: canonical}",
    ]

    private static func mappings(_ format: PageFormat) -> [Mapping] {
        sources.map { text in
            let diagnostics = Diagnostics()
            guard let node = YAMLDocument.read(text, file: "fuzz.yaml", diagnostics: diagnostics),
                var keys = YAMLMapping(node, "a source", diagnostics),
                let mapping = Mapping.load(
                    &keys, source: "desk", format: format, partner: text.contains("canonical") ? nil : "p")
            else { preconditionFailure("a mapping of the fuzzer is none: \(diagnostics.sorted)") }
            return mapping
        }
    }

    private static let ofPages = mappings(.json)
    private static let ofLines = mappings(.ndjson)

    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        for index in sources.indices {
            let whole = lines(Array(bytes), ofLines[index], chunk: bytes.count)
            let cut = lines(Array(bytes), ofLines[index], chunk: 5)
            precondition(whole.all == cut.all, "chunks make\n\(cut.all)\nof\n\(whole.all)")
            guard let document = try? JSONDocument(parsing: Array(bytes)) else {
                var text = Array(bytes)
                precondition(JSONList(cutting: &text, at: []) == nil, "what is no JSON was cut")
                continue
            }
            let page = results(ofPages[index], .json) { reader throws(ReadFailure) in
                try reader.consume(.page(Page(number: 1, document: document)))
            }
            var text = Array(bytes)
            if let list = JSONList(cutting: &text, at: []) {
                let cut = results(ofPages[index], .json) { reader throws(ReadFailure) in
                    try reader.consume(.page(Page(number: 1, content: .list(list))))
                }
                precondition(cut.all == page.all, "a page that was cut is\n\(cut.all)\nand parsed\n\(page.all)")
            }
            guard document.root.isArray else {
                precondition(page.records.isEmpty && page.failures.count == 1, "what is no list has records: \(page.all)")
                continue
            }
            let rows = lines(inLines(of: bytes), ofLines[index], chunk: 1 << 20)
            precondition(page.records == rows.records, "a page is\n\(page.records)\nand its lines\n\(rows.records)")
            precondition(
                page.rejections == rows.rejections, "a page rejects\n\(page.rejections)\nand its lines\n\(rows.rejections)")
        }
    }

    /// The elements of a list, a line each.
    private static func inLines(of bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        guard let document = try? JSONDocument(parsing: Array(bytes)) else { return [] }
        var writer = JSONWriter()
        for element in document.root.children() {
            writer.element(element)
            writer.newline()
        }
        return writer.bytes
    }

    private static func lines(_ bytes: [UInt8], _ mapping: Mapping, chunk: Int) -> MappedTexts {
        results(mapping, .ndjson) { reader throws(ReadFailure) in
            for start in stride(from: 0, to: bytes.count, by: max(1, chunk)) {
                try reader.consume(.bytes(Array(bytes[start..<min(bytes.count, start + chunk)]), page: 1))
            }
        }
    }

    private static func results(
        _ mapping: Mapping, _ format: PageFormat, _ feed: (inout RecordReader) throws(ReadFailure) -> Void
    ) -> MappedTexts {
        MappedTexts(mapping, format, feed)
    }
}

/// What came of an input, as texts that can be compared.
struct MappedTexts {
    var records: [String] = []
    var rejections: [String] = []
    var failures: [String] = []

    var all: String { (records + rejections + failures).joined(separator: "\n") }

    init(_ mapping: Mapping, _ format: PageFormat, _ feed: (inout RecordReader) throws(ReadFailure) -> Void) {
        var reader = RecordReader(
            source: "desk", mapping: mapping, format: format, activities: ActivityTable(["opened", "resolved"]))
        do throws(ReadFailure) {
            try feed(&reader)
            try reader.finish()
        } catch {
            precondition(!error.reason.code.isEmpty && !error.reason.message.isEmpty, "a failure without a reason")
            failures.append(error.reason.code)
        }
        while let work = reader.next() { add(work.run()) }
    }

    private mutating func add(_ batch: MappedBatch) {
        precondition(batch.recordCount == batch.records.count, "records are counted wrongly")
        for record in batch.records {
            precondition(!record.id.isEmpty && !record.partner.isEmpty, "a record is nobody's")
            var record = record
            record.provenance = Provenance(source: "desk", page: 1, pointer: "", sequence: 0)
            var writer = JSONWriter()
            CanonicalRecord.write(record, into: &writer)
            let problems = record.unreadable.map { "\($0.event ?? -1) \($0.path): \($0.why)" }.sorted()
            records.append(writer.text + " " + problems.joined(separator: ", "))
        }
        rejections += (batch.rejections + batch.eventRejections).map { "\($0.field): \($0.why)" }
        if let failure = batch.failure { failures.append(failure.reason.code) }
    }
}

/// What libFuzzer calls with one input after the other.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    MappingFuzzer.run(UnsafeBufferPointer(start: start, count: count))
    return 0
}
