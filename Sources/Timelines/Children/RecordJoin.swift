import Fetching
import Language

/// Puts the lists that a source's records have elsewhere into them.
///
/// Resources of one record each are asked for side by side, as many as the child's `concurrency` allows, and the records
/// follow in their order. Streams for all records are sorted by record, and so are the records, which then follow in the
/// order of their ids: neither need fit into memory. What cannot be had makes the record's events unknown.
///
/// Unchecked: the one task that reads the source has it alone.
final class RecordJoin: @unchecked Sendable {
    private typealias Answer = (rows: [[UInt8]], account: ChildReader.Account)

    /// A record, and its resources on their way.
    private struct Waiting {
        var row: JoinedRow
        /// The text of the record's id; empty where it has none.
        var id: [UInt8] = []
        var lists: [(name: String, list: List)] = []
    }

    private enum List {
        case planned(ChildReader, Source)
        case asked(Task<Answer, Never>)
        /// The record has no such resource.
        case none
        case lost(String)
    }

    private let parent: Source
    private let mapping: Mapping
    private let activities: ActivityTable
    private let own: [ChildReader]
    private let shared: [ChildReader]
    /// Records whose resources are asked for at once.
    private let window: Int
    private var waiting: [Waiting] = []
    private var ready: [MappingWork] = []
    private var batch: [JoinedRow] = []
    private var batchSize = 0
    private let parser = JSONParser()
    private var scope: Scope
    /// Records that wait for the streams, by id.
    private let records = SpillingSort(memoryLimit: 16 << 20)
    private var sorted: SortedRows?
    private var streams: [ChildStream] = []
    private(set) var isFinished = false
    private(set) var tally = ChildTally()

    init(
        parent: Source, mapping: Mapping, activities: ActivityTable, children: [ChildPlan],
        pull: @escaping @Sendable (Source) -> PullSequence
    ) {
        self.parent = parent
        self.mapping = mapping
        self.activities = activities
        let readers = children.map { ChildReader(plan: $0, pull: pull) }
        own = readers.filter { $0.plan.key == nil }
        shared = readers.filter { $0.plan.key != nil }
        window = own.map(\.plan.source.limits.concurrency).min() ?? 1
        scope = Scope(slots: mapping.plan.slots)
    }

    deinit { cancel() }

    private func cancel() {
        for record in waiting {
            for (_, list) in record.lists { if case .asked(let task) = list { task.cancel() } }
        }
    }

    // MARK: Records

    /// Takes records in. Waits where as many as may be are on their way.
    func add(_ work: MappingWork) async throws(ReadFailure) {
        var found: [Waiting] = []
        var known = work.known
        let failure = work.forEachRow { row in found.append(describe(row)) }
        known.failure = known.failure ?? failure
        for record in found {
            if waiting.count >= window { try await settleFirst() }
            waiting.append(asking(record))
        }
        pass(known)
    }

    /// What there is to say besides travels with work of no rows.
    private func pass(_ known: MappedBatch) {
        guard known.failure != nil || !known.rejections.isEmpty || !known.eventRejections.isEmpty || !known.warnings.isEmpty
        else { return }
        var work = work(.nothing)
        work.known = known
        ready.append(work)
    }

    private func work(_ rows: MappingWork.Rows) -> MappingWork {
        MappingWork(mapping: mapping, activities: activities, rows: rows, page: 0, sequence: 0)
    }

    /// The record with what it says of itself: its id, and where its resources are.
    private func describe(_ row: PackedRow) -> Waiting {
        var record = Waiting(row: JoinedRow(row))
        // It was parsed before, and so it does parse.
        guard let document = try? parser.parse(row.content) else { return record }
        if !shared.isEmpty { record.id = id(of: document, number: row.number) }
        let it = document.root.plainValue
        for child in own {
            do throws(ChildSource.Fault) {
                let source = try child.plan.source.source(for: it, of: parent)
                record.lists.append((child.plan.name, source.map { .planned(child, $0) } ?? .none))
            } catch {
                record.lists.append((child.plan.name, .lost(error.message)))
            }
        }
        return record
    }

    /// A record without an id is rejected when it is mapped, and says why then.
    private func id(of document: JSONDocument, number: Int) -> [UInt8] {
        guard let plan = mapping.plan.id?.plan else { return [] }
        scope.open(document)
        defer { scope.close() }
        scope.set(BaseSlot.it, .json(JSONTape.root))
        scope.set(BaseSlot.rowNumber, .value(.int(Int64(number))))
        let text = try? scope.text(plan)
        return Array((text ?? "").utf8)
    }

    private func asking(_ record: Waiting) -> Waiting {
        var record = record
        for index in record.lists.indices {
            guard case .planned(let child, let source) = record.lists[index].list else { continue }
            let limit = child.plan.source.limits.maxBytes
            guard tally.bytes <= limit else {
                record.lists[index].list = .lost("'\(child.plan.name)' are larger than \(limit) bytes in all")
                continue
            }
            record.lists[index].list = .asked(Task { await child.rows(of: source) })
        }
        return record
    }

    /// Waits for the resources of the record that has waited longest, and lets it go.
    private func settleFirst() async throws(ReadFailure) {
        var record = waiting.removeFirst()
        for (name, list) in record.lists {
            tally.ask(name)
            switch list {
            case .asked(let task):
                let (rows, account) = await task.value
                tally.add(name, account.pages)
                pass(account.warnings, of: name)
                if let problem = account.problem {
                    lose(name, problem.message, &record.row)
                } else {
                    record.row.attach(name, rows)
                }
            case .none: record.row.attach(name, [])
            case .lost(let why): lose(name, why, &record.row)
            case .planned: break
            }
        }
        if shared.isEmpty { return keep(record.row) }
        do throws(SpillError) {
            try records.add(key: record.id, payload: record.row.packed)
        } catch {
            throw failure(error)
        }
    }

    private func lose(_ name: String, _ why: String, _ row: inout JoinedRow) {
        tally.lose(name, why)
        row.lose(name, "'\(name)' could not be had: \(why)")
    }

    private func failure(_ error: SpillError) -> ReadFailure { ReadFailure(Outcome.Reason("spill", error.description)) }

    // MARK: Work

    private func keep(_ row: JoinedRow) {
        batch.append(row)
        batchSize += row.text.count
        if batchSize >= RecordReader.blockSize { flush() }
    }

    private func flush() {
        guard !batch.isEmpty else { return }
        ready.append(work(.joined(batch)))
        batch = []
        batchSize = 0
    }

    /// The next piece of work that is ready; more may follow later.
    func next() throws(ReadFailure) -> MappingWork? {
        if ready.isEmpty, sorted != nil {
            do throws(SpillError) {
                try joinSorted()
            } catch {
                sorted = nil
                throw failure(error)
            }
        }
        return ready.isEmpty ? nil : ready.removeFirst()
    }

    /// No more records come.
    func finish() async throws(ReadFailure) {
        guard !isFinished else { return }
        isFinished = true
        while !waiting.isEmpty { try await settleFirst() }
        flush()
        guard !shared.isEmpty else { return }
        do throws(SpillError) {
            for child in shared { streams.append(try await stream(child)) }
        } catch {
            throw failure(error)
        }
        sorted = records.sorted()
    }

    // MARK: Streams

    /// Reads a stream to its end, and sorts its rows by the records that they name.
    private func stream(_ child: ChildReader) async throws(SpillError) -> ChildStream {
        let sort = SpillingSort(memoryLimit: 16 << 20)
        let name = child.plan.name
        let source = (try? child.plan.source.source(for: .null, of: parent)) ?? nil
        let account: ChildReader.Account
        if let source {
            account = try await read(child, source, into: sort)
        } else {
            account = ChildReader.Account(problem: Outcome.Reason("bad_url", "the URL cannot be used"))
        }
        tally.add(name, account.pages)
        pass(account.warnings, of: name)
        if let problem = account.problem { tally.lose(stream: name, problem.message) }
        return try ChildStream(
            child.plan, sort, problem: account.problem.map { "'\(name)' was not read to its end: \($0.message)" })
    }

    private func read(_ child: ChildReader, _ source: Source, into sort: SpillingSort) async throws(SpillError)
        -> ChildReader.Account
    {
        var bindings = Bindings(slots: 1)
        var known = MappedBatch()
        let account = try await child.read(source) { row throws(SpillError) in
            switch recordID(of: row, child.plan, &bindings) {
            case .success(let id): try sort.add(key: Array(id.utf8), payload: row.content)
            case .failure(let error):
                let place = Provenance(source: mapping.source, page: row.page, pointer: row.pointer, sequence: row.number - 1)
                known.eventRejections.append(Rejection(place, field: "key of '\(child.plan.name)'", why: error.message))
                if known.eventRejections.count >= 1024 {
                    pass(known)
                    known = MappedBatch()
                }
            }
        }
        pass(known)
        return account
    }

    /// The id of the record that a row names.
    private func recordID(
        of row: PackedRow, _ plan: ChildPlan, _ bindings: inout Bindings
    ) -> Result<String, EvaluationError> {
        guard let key = plan.key, let document = try? parser.parse(row.content) else {
            return .failure(EvaluationError(.other, "the row cannot be read"))
        }
        bindings.renew()
        bindings[0] = document.root.plainValue
        defer { bindings[0] = nil }
        do throws(EvaluationError) {
            var value = try key.evaluate(&bindings)
            if case .optional(let optional) = value { value = optional.value ?? .null }
            guard let id = ValuePlan.text(of: value), !id.isEmpty else {
                throw EvaluationError(.absent, "the row names no record")
            }
            return .success(id)
        } catch {
            return .failure(error)
        }
    }

    /// Joins records until a piece of work is full, or none is left.
    private func joinSorted() throws(SpillError) {
        while let record = try sorted?.next() {
            let id = Array(record.key)
            var row = try Self.unpacked(record.payload)
            for index in streams.indices { try streams[index].join(id, into: &row) }
            keep(row)
            if !ready.isEmpty { return }
        }
        sorted = nil
        flush()
        for index in streams.indices {
            try streams[index].finish()
            let strays = streams[index].strays
            if strays > 0 { pass(["\(strays) rows name a record that did not come"], of: streams[index].name) }
        }
    }

    private static func unpacked(_ payload: UnsafeRawBufferPointer) throws(SpillError) -> JoinedRow {
        do throws(RowDecodingError) {
            return try JoinedRow(unpacking: Array(payload))
        } catch {
            throw SpillError(description: error.description)
        }
    }

    private func pass(_ warnings: Set<String>, of child: String) {
        var known = MappedBatch()
        known.warnings = warnings.sorted().map { "'\(child)': \($0)" }
        pass(known)
    }
}
