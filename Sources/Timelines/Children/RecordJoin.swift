import Fetching
import Language

/// Puts the lists that a source's records have elsewhere into them.
///
/// The records themselves are gathered first, so that a slow child holds up no page of theirs. Then resources of one record
/// each are asked for side by side, as many as the child's `concurrency` allows, and the records follow in their order.
/// Streams for all records are sorted by record, and so are the records, which then follow in the order of their ids. None
/// of this need fit into memory. What cannot be had makes the record's events unknown.
///
/// Unchecked: the one task that reads the source has it alone.
final class RecordJoin: @unchecked Sendable {
    private typealias Answer = (rows: [[UInt8]], account: ChildReader.Account)

    /// A record, and its resources on their way.
    private struct Waiting {
        var row: JoinedRow
        /// What the record is known by; empty where it does not say.
        var id: [UInt8] = []
        var lists: [(name: String, list: List)] = []
    }

    private enum Stage {
        /// Records come.
        case gathering
        /// They are complete, and their resources are asked for.
        case asking(SortedRows)
        /// The streams are read, and their rows are put into the records.
        case joining(SortedRows)
        case finished
    }

    private enum List {
        case asked(Task<Answer, Never>)
        /// The record has no such resource.
        case none
        /// It is not asked for any more.
        case lost(String)
        /// The record does not say where it is: that is the record's fault, and nobody else's.
        case untold(String)
    }

    private let parent: Source
    private let mapping: Mapping
    private let activities: ActivityTable
    private let own: [ChildReader]
    private let shared: [ChildReader]
    /// Records whose resources are asked for at once.
    private let window: Int
    private var stage = Stage.gathering
    /// Records as they came, where each has resources of its own.
    private let arrivals: SpillingSort
    private var waiting: [Waiting] = []
    private var ready: [MappingWork] = []
    private var batch: [JoinedRow] = []
    private var batchSize = 0
    private let parser = JSONParser()
    private var scope: Scope
    /// Records that wait for the streams, by id.
    private let records: SpillingSort
    private let memoryLimit: Int
    /// How many more records are taken in.
    private var recordsLeft: Int
    private var streams: [ChildStream] = []
    private(set) var tally = ChildTally()

    init(
        parent: Source, mapping: Mapping, activities: ActivityTable, children: [ChildPlan],
        memoryLimit: Int, mostRecords: Int?, pull: @escaping @Sendable (Source) -> PullSequence
    ) {
        self.memoryLimit = memoryLimit
        recordsLeft = mostRecords ?? .max
        arrivals = SpillingSort(memoryLimit: memoryLimit)
        records = SpillingSort(memoryLimit: memoryLimit)
        self.parent = parent
        self.mapping = mapping
        self.activities = activities
        let used = UsedFields(mapping, children)
        let readers = children.map { ChildReader(plan: $0, columns: NeededColumns(of: $0, used), pull: pull) }
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

    /// Takes records in.
    func add(_ work: MappingWork) throws(ReadFailure) {
        var known = work.known
        do throws(SpillError) {
            let failure = try work.forEachRow { row throws(SpillError) in try gather(row) }
            known.failure = known.failure ?? failure
        } catch {
            throw failure(error)
        }
        pass(known)
    }

    private func gather(_ row: PackedRow) throws(SpillError) {
        guard recordsLeft > 0 else { return }
        recordsLeft -= 1
        let record = JoinedRow(row)
        guard own.isEmpty else {
            let key = (0..<8).map { UInt8(truncatingIfNeeded: row.number >> (56 - 8 * $0)) }
            return try arrivals.add(key: key, payload: record.packed)
        }
        try records.add(key: id(of: record), payload: record.packed)
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

    /// The text of a record's id, or of what the streams know it by instead. A record without an id is rejected when it is
    /// mapped, and says why then; one that is known by nothing else has no rows in the streams.
    private func id(of row: JoinedRow) -> [UInt8] {
        if let key = shared.first?.plan.recordKey { return recordKey(of: row, key) }
        guard let plan = mapping.plan.id?.plan, let document = try? parser.parse(row.text) else { return [] }
        scope.open(document)
        defer { scope.close() }
        scope.set(BaseSlot.it, .json(JSONTape.root))
        scope.set(BaseSlot.rowNumber, .value(.int(Int64(row.number))))
        let text = try? scope.text(plan)
        return Array((text ?? "").utf8)
    }

    private func recordKey(of row: JoinedRow, _ key: Expression) -> [UInt8] {
        guard let document = try? parser.parse(row.text) else { return [] }
        var bindings = Bindings(slots: 1)
        bindings[0] = document.root.plainValue
        defer { bindings[0] = nil }
        guard var value = try? key.evaluate(&bindings) else { return [] }
        if case .optional(let optional) = value { value = optional.value ?? .null }
        return Array((ValuePlan.text(of: value) ?? "").utf8)
    }

    // MARK: Resources of one record

    /// The record with its resources on their way.
    private func ask(for row: JoinedRow) -> Waiting {
        var record = Waiting(row: row)
        if !shared.isEmpty { record.id = id(of: row) }
        let document = try? parser.parse(row.text)
        for child in own {
            let name = child.plan.name
            guard let document else {
                record.lists.append((name, .untold("the record cannot be read")))
                continue
            }
            record.lists.append((name, ask(child, for: document.root.plainValue)))
        }
        return record
    }

    private func ask(_ child: ChildReader, for record: Value) -> List {
        let limit = child.plan.source.limits.maxBytes
        guard tally.bytes <= limit else { return .lost("what came is larger than \(limit) bytes in all") }
        do throws(ChildSource.Fault) {
            guard let source = try child.plan.source.source(for: record, of: parent) else { return .none }
            return .asked(Task { await child.rows(of: source) })
        } catch {
            return .untold(error.message)
        }
    }

    /// Waits for the resources of the record that has waited longest, and lets it go.
    private func settleFirst() async throws(SpillError) {
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
            case .untold(let why): record.row.lose(name, Self.sentence(name, why))
            }
        }
        if shared.isEmpty { return keep(record.row) }
        try records.add(key: record.id, payload: record.row.packed)
    }

    private func lose(_ name: String, _ why: String, _ row: inout JoinedRow) {
        tally.lose(name, why)
        row.lose(name, Self.sentence(name, why))
    }

    private static func sentence(_ name: String, _ why: String) -> String { "'\(name)' could not be had: \(why)" }

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

    /// No more records come.
    func finish() {
        guard case .gathering = stage else { return }
        stage = .asking(arrivals.sorted())
    }

    /// The next piece of work that is ready; while records come, and behind the last one, nil.
    func next() async throws(ReadFailure) -> MappingWork? {
        do throws(SpillError) {
            while ready.isEmpty, try await advance() {}
        } catch {
            stage = .finished
            throw failure(error)
        }
        return ready.isEmpty ? nil : ready.removeFirst()
    }

    /// One step; false where there is none to take.
    private func advance() async throws(SpillError) -> Bool {
        switch stage {
        case .gathering, .finished: return false
        case .asking(var rows):
            while waiting.count < window, let row = try rows.next() { waiting.append(ask(for: try Self.unpacked(row.payload))) }
            stage = .asking(rows)
            if !waiting.isEmpty {
                try await settleFirst()
                return true
            }
            flush()
            for child in shared { streams.append(try await stream(child)) }
            stage = shared.isEmpty ? .finished : .joining(records.sorted())
        case .joining(var rows):
            if let row = try rows.next() {
                try join(row)
                stage = .joining(rows)
            } else {
                try finishStreams()
                stage = .finished
            }
        }
        return true
    }

    // MARK: Streams

    /// Reads a stream to its end, and sorts its rows by the records that they name.
    private func stream(_ child: ChildReader) async throws(SpillError) -> ChildStream {
        let sort = SpillingSort(memoryLimit: memoryLimit)
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
        var rows = 0
        var strangers = 0
        var first = ""
        var account = try await child.read(source) { row throws(SpillError) in
            rows += 1
            switch recordID(of: row, child.plan, &bindings) {
            case .success(let id): try sort.add(key: Array(id.utf8), payload: row.content)
            case .failure(let error):
                strangers += 1
                if strangers == 1 { first = error.message }
                let place = Provenance(source: mapping.source, page: row.page, pointer: row.pointer, sequence: row.number - 1)
                known.eventRejections.append(Rejection(place, field: "key of '\(child.plan.name)'", why: error.message))
                if known.eventRejections.count >= 1024 {
                    pass(known)
                    known = MappedBatch()
                }
            }
        }
        pass(known)
        // Such as an error that came as a row.
        if account.problem == nil, rows > 0, strangers == rows {
            account.problem = Outcome.Reason(
                "nothing_readable", "none of its \(rows) rows names a record; the first: \(first)")
        }
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

    private func join(_ record: SortedRows.Row) throws(SpillError) {
        let id = Array(record.key)
        var row = try Self.unpacked(record.payload)
        for index in streams.indices {
            tally.ask(streams[index].name)
            if let why = try streams[index].join(id, into: &row) { lose(streams[index].name, why, &row) }
        }
        keep(row)
    }

    private func finishStreams() throws(SpillError) {
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
