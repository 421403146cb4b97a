import Checklists
import Fetching
import Language
import Scoring
import Synchronization
import Timelines

/// The pipe of one audit: sources are pulled at once, their rows mapped and judged on every core, and the judgements
/// sorted in bounded memory. What comes out does not depend on the order in which any of it happened.
struct AuditRun: Sendable {
    let plan: AuditPlan
    let asOf: Instant
    let judge: Judge
    let activities: ActivityTable
    let progress: Progress

    init(plan: AuditPlan, asOf: Instant, progress: Progress) {
        self.plan = plan
        self.asOf = asOf
        self.progress = progress
        activities = plan.activities
        judge = plan.judge(asOf: asOf, activities: activities)
    }

    /// What was collected: how each source went, by id, and the judgements, not yet sorted.
    struct Collected {
        let run: AuditRun
        var sources: [CollectedSource]
        let spool: JudgementSpool
    }

    func collect() async throws -> Collected {
        let spool = JudgementSpool()
        let puller = Puller()
        let sources = try await withThrowingTaskGroup(of: CollectedSource.self) { group in
            for planned in plan.sources {
                group.addTask { try await collect(planned, puller: puller, spool: spool) }
            }
            var collected: [CollectedSource] = []
            for try await source in group { collected.append(source) }
            return collected.sorted { $0.result.id.utf8.lexicographicallyPrecedes($1.result.id.utf8) }
        }
        await puller.shutDown()
        return Collected(run: self, sources: sources, spool: spool)
    }

    /// Pulls one source to its end. Mapping and judging run beside the pull, at most `workers` batches at a time, so a
    /// fast partner waits for us and memory stays bounded.
    private func collect(_ planned: AuditPlan.PlannedSource, puller: Puller, spool: JudgementSpool) async throws
        -> CollectedSource
    {
        let source = planned.source
        var reader = RecordReader(source: source.id, mapping: planned.mapping, format: source.format, activities: activities)
        let collected = Mutex(CollectedSource(id: source.id))
        var failure: Outcome.Reason?
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            func startWork() async throws {
                while let work = reader.next() {
                    if running >= Self.workers {
                        try await group.next()
                        running -= 1
                    }
                    running += 1
                    group.addTask { try run(work, into: spool, collected) }
                }
            }
            for await event in puller.pull(source) {
                if case .pageEnded(let page) = event { collected.withLock { $0.pages.append(page) } }
                if case .ended(let outcome) = event { collected.withLock { $0.outcome = outcome } }
                do {
                    try reader.consume(event)
                    try await startWork()
                } catch let problem as ReadFailure {
                    failure = problem.reason
                    break
                }
            }
            do {
                try reader.finish()
            } catch let problem as ReadFailure {
                failure = failure ?? problem.reason
            }
            try await startWork()
            try await group.waitForAll()
        }
        return collected.withLock { collected in
            if let failure { collected.fail(failure) }
            collected.finish()
            return collected
        }
    }

    /// Two cores are common; a few more batches in flight keep them busy while one waits for the spool.
    private static let workers = 4

    private func run(_ work: MappingWork, into spool: JudgementSpool, _ collected: borrowing Mutex<CollectedSource>) throws {
        let batch = work.run()
        var judgements = JudgementSpool.Batch()
        var scratch = judge.makeScratch()
        var unlisted: [String: Int] = [:]
        for record in batch.records {
            if !judge.audits(partner: record.partner) {
                unlisted[record.partner, default: 0] += 1
                continue
            }
            judgements.add(judge.judge(record, scratch: &scratch))
        }
        try spool.add(judgements)
        collected.withLock { $0.add(batch, unlisted: unlisted) }
        progress.add(source: batch.records.first?.provenance.source ?? "", records: batch.records.count)
    }
}

/// How one source went, gathered from its pages and batches in whatever order they finished.
struct CollectedSource: Sendable {
    var result: SourceResult
    var outcome: Outcome = .failed(Outcome.Reason("interrupted", "the pull did not end"))
    var pages: [PageSummary] = []
    private var rejections: [Rejection] = []
    private var warnings: Set<String> = []
    private var unlisted: Set<String> = []
    private var mapped = 0

    /// Rejections named in the report; the rest are counted.
    private static let namedRejections = 20

    init(id: String) { result = SourceResult(id: id, outcome: "failed") }

    mutating func add(_ batch: MappedBatch, unlisted names: [String: Int]) {
        mapped += batch.records.count
        result.rejected += batch.rejections.count
        result.rejectedEvents += batch.eventRejections.count
        // Batches finish in any order: keep more than are named, and choose by place at the end.
        rejections += (batch.rejections + batch.eventRejections)
        if rejections.count > 4096 { rejections = Array(Self.ordered(rejections).prefix(Self.namedRejections)) }
        warnings.formUnion(batch.warnings)
        unlisted.formUnion(names.keys)
    }

    /// The rows could not be read on: nothing usable makes the source failed, anything makes it partial.
    mutating func fail(_ reason: Outcome.Reason) {
        outcome = mapped > 0 || pages.count > 1 ? .partial(reason) : .failed(reason)
    }

    mutating func finish() {
        result.outcome = outcome.name
        result.reasonCode = outcome.reason?.code
        result.reason = outcome.reason?.message
        result.pages = pages.count
        result.unlistedPartners = unlisted.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        result.notes =
            warnings.sorted()
            + Self.ordered(rejections).prefix(Self.namedRejections).map { rejection in
                "page \(rejection.provenance.page), \(rejection.provenance.pointer): no \(rejection.field): \(rejection.why)"
            }
    }

    private static func ordered(_ rejections: [Rejection]) -> [Rejection] {
        rejections.sorted { ($0.provenance.sequence, $0.field, $0.why) < ($1.provenance.sequence, $1.field, $1.why) }
    }
}
