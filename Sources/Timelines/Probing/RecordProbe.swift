package import Fetching
import Language

/// What a mapping makes of one page: some records, and counts of everything else.
package struct ProbeFindings: Sendable {
    /// Something that could not be mapped, however often.
    package struct Problem: Sendable {
        /// `record`, `event` or, where only one field could not be read, `field`.
        package let what: String
        package let field: String
        package let why: String
        package fileprivate(set) var count: Int
        /// Where it was met first.
        package let place: Provenance
    }

    /// The first ones, in the order in which they are read.
    package fileprivate(set) var records: [ServiceRecord] = []
    /// Records on the page, and those that were mapped.
    package fileprivate(set) var rowCount = 0
    package fileprivate(set) var recordCount = 0
    package fileprivate(set) var eventCount = 0
    /// In the order in which they were met.
    package fileprivate(set) var problems: [Problem] = []
    package fileprivate(set) var warnings: Set<String> = []
    /// Why rows could not be read, where they could not.
    package fileprivate(set) var failure: ReadFailure?
    /// Events by activity.
    package fileprivate(set) var activities: [String: Int] = [:]
    /// Values that the tables of the mapping do not name.
    package fileprivate(set) var unnamed: [UnnamedValue] = []
    /// Records by function.
    package fileprivate(set) var functions: [String: Int] = [:]
    package fileprivate(set) var unused: [UnusedField] = []
    /// Rows that were looked at for that.
    package fileprivate(set) var shapedRows = 0
    /// Nil where the source has none.
    package fileprivate(set) var children: ChildTally?

    /// Nothing was read.
    package init() {}
}

/// Maps one page of a source, and looks at what the mapping leaves out. Give it the events of a pull up to the end of the first
/// page.
package struct RecordProbe {
    private let mapping: Mapping
    private let plans: [ChildPlan]
    private let sample: Int
    private let keptRecords: Int
    private var feed: RecordFeed
    /// The rows of the page as they came.
    private var rows: RecordReader
    private var shape = PayloadShape()
    /// Nil where the mapping has no tables.
    private var tables: TableCheck?
    private let parser = JSONParser()
    private var findings = ProbeFindings()
    private var places: [String: Int] = [:]

    /// Rows whose fields are looked at.
    private static let mostShaped = 2000

    /// Where records have children of their own, `sample` of them are asked for them, and no others are mapped; of a stream for
    /// all records, one page is read. `keptRecords` are shown.
    package init(
        source: Source, mapping: Mapping, children: [ChildPlan], activities: ActivityTable, sample: Int, keptRecords: Int,
        pull: @escaping @Sendable (Source) -> PullSequence
    ) {
        self.mapping = mapping
        self.sample = sample
        self.keptRecords = keptRecords
        plans = children
        tables = TableCheck(mapping)
        let asksEach = children.contains { $0.key == nil }
        feed = RecordFeed(
            source: source, mapping: mapping, children: children.map { $0.sampled() }, activities: activities,
            mostRecords: asksEach ? sample : nil, pull: pull)
        rows = RecordReader(
            source: source.id, mapping: mapping.ungrouped, format: source.format, activities: activities,
            maxRow: source.limits.maxRow)
    }

    /// Takes in the next event of the pull.
    package mutating func consume(_ event: PullEvent) async {
        guard findings.failure == nil else { return }
        do throws(ReadFailure) {
            try rows.consume(event)
            countRows()
            try feed.consume(event)
            while let work = try await feed.next() { take(work) }
        } catch {
            findings.failure = error
        }
    }

    /// Nothing more comes.
    package mutating func finish() async -> ProbeFindings {
        do throws(ReadFailure) {
            try rows.finish()
            countRows()
            try feed.finish()
            while let work = try await feed.next() { take(work) }
        } catch {
            findings.failure = findings.failure ?? error
        }
        findings.children = feed.children
        findings.unnamed = tables?.unnamed ?? []
        findings.unused = shape.unused(UsedFields(mapping, plans), root: mapping.isGrouped ? "row" : "it")
        findings.shapedRows = shape.rows
        return findings
    }

    private mutating func countRows() {
        while let work = rows.next() {
            let isShaped = plans.isEmpty
            var (count, texts) = (0, [[UInt8]]())
            let most = isShaped ? Self.mostShaped - shape.rows : 0
            _ = work.forEachRow { row throws(Never) in
                count += 1
                if texts.count < most { texts.append(row.content) }
            }
            findings.rowCount += count
            for text in texts { look(at: text) }
        }
    }

    private mutating func look(at text: [UInt8]) {
        guard !mapping.isCanonical, shape.rows < Self.mostShaped, let document = try? parser.parse(text) else { return }
        shape.add(document.root)
    }

    private mutating func take(_ work: MappingWork) {
        if case .joined(let rows) = work.rows {
            for row in rows { look(at: row.text) }
        }
        tables?.look(at: work)
        let batch = work.run { record in
            findings.recordCount += 1
            findings.eventCount += record.events.count
            for event in record.events { findings.activities[event.activity, default: 0] += 1 }
            if let function = record.function { findings.functions[function, default: 0] += 1 }
            for field in record.unreadable.sorted(by: { ($0.path, $0.why) < ($1.path, $1.why) }) {
                note("field", field.event == nil ? field.path : "events[].\(field.path)", field.why, record.provenance)
            }
            if findings.records.count < keptRecords { findings.records.append(record.taken()) }
        }
        for rejection in batch.rejections { note("record", rejection.field, rejection.why, rejection.provenance) }
        for rejection in batch.eventRejections { note("event", rejection.field, rejection.why, rejection.provenance) }
        findings.warnings.formUnion(batch.warnings)
        findings.failure = findings.failure ?? batch.failure
    }

    private mutating func note(_ what: String, _ field: String, _ why: String, _ place: Provenance) {
        let key = "\(what)\u{0}\(field)\u{0}\(why)"
        if let known = places[key] {
            findings.problems[known].count += 1
        } else {
            places[key] = findings.problems.count
            findings.problems.append(ProbeFindings.Problem(what: what, field: field, why: why, count: 1, place: place))
        }
    }
}
