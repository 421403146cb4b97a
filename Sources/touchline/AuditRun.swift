import Checklists
import Fetching
import Foundation
import History
import Language
import Scoring
import Timelines

/// The pipe of one audit: sources are pulled at once, their rows mapped and judged on every core, and the judgements
/// sorted in bounded memory. What comes out does not depend on the order in which any of it happened.
struct AuditRun: Sendable {
    let plan: AuditPlan
    let asOf: Instant
    let pulling: Pulling
    /// When the pull began. What a web source says holds until then and no longer.
    var pulledAt: Instant { pulling.pulledAt }
    let judge: Judge
    /// The same for web sources, whose records are judged as of their pull at the latest.
    private let webJudge: Judge
    /// Nil where no checklist judges customers; then nothing is kept for them.
    let customerJudge: CustomerJudge?
    let webCustomerJudge: CustomerJudge?
    let activities: ActivityTable
    /// What rows say beside verdicts.
    let cases: CasePlan
    /// Partners of the config that `--partner` leaves out.
    private let unwanted: Set<String>
    /// The history, and what it holds of the sources that pull incrementally.
    let history: AuditHistory
    let memories: [String: SourceMemory]
    private let elapsed: @Sendable () -> Duration
    private let progress: Progress

    /// `elapsed` tells how long the run has taken, for `run.json` alone.
    init(
        plan: AuditPlan, asOf: Instant, pulling: Pulling, history: AuditHistory, memories: [String: SourceMemory],
        elapsed: @escaping @Sendable () -> Duration, progress: Progress
    ) {
        self.history = history
        self.memories = memories
        let all = plan.partners
        var plan = plan
        plan.partners = all?.filter { pulling.selection.wants(partner: $0.id) }
        let pulledAt = pulling.pulledAt
        self.plan = plan
        unwanted = Set(all?.map(\.id).filter { !pulling.selection.wants(partner: $0) } ?? [])
        self.asOf = asOf
        self.pulling = pulling
        self.elapsed = elapsed
        self.progress = progress
        activities = plan.activities
        cases = plan.cases(asOf: asOf)
        judge = plan.judge(asOf: asOf, activities: activities, cases: cases)
        webJudge = pulledAt < asOf ? plan.judge(asOf: pulledAt, activities: activities, cases: cases) : judge
        customerJudge = plan.customerJudge(asOf: asOf, activities: activities)
        webCustomerJudge = plan.customerJudge(asOf: min(asOf, pulledAt), activities: activities)
    }

    /// Every item that is judged, those of customers last.
    var items: [ItemDescription] { judge.items + (customerJudge?.items ?? []) }

    /// What was collected: how each source went, by id, and the judgements, not yet sorted.
    struct Collected {
        let run: AuditRun
        var sources: [CollectedSource]
        let spool: JudgementSpool
        let customers: CustomerSpool?
        /// The name of the snapshot that was kept, or replayed.
        var snapshot: String?
    }

    func collect() async throws -> Collected {
        let spool = JudgementSpool()
        let customers = customerJudge == nil ? nil : CustomerSpool()
        let puller = Puller(proxies: Proxies(environment: ProcessInfo.processInfo.environment))
        let sources = try await withThrowingTaskGroup(of: CollectedSource.self) { group in
            for planned in plan.sources {
                group.addTask { try await collect(planned, puller: puller, spool: spool, customers: customers) }
            }
            var collected: [CollectedSource] = []
            for try await source in group { collected.append(source) }
            return collected.sorted { $0.result.id.utf8.lexicographicallyPrecedes($1.result.id.utf8) }
        }
        await puller.shutDown()
        try pulling.checkDamage()
        let snapshot = try await pulling.keep(plan, asOf: asOf, history: history) ?? pulling.replayed?.name
        return Collected(run: self, sources: sources, spool: spool, customers: customers, snapshot: snapshot)
    }

    /// Pulls one source to its end. Mapping and judging run beside the pull, at most `workers` batches at a time, so a
    /// fast partner waits for us and memory stays bounded.
    private func collect(
        _ planned: AuditPlan.PlannedSource, puller: Puller, spool: JudgementSpool, customers: CustomerSpool?
    ) async throws -> CollectedSource {
        let source = planned.source
        let ledger = SourceLedger(source.id)
        if let outcome = pulling.leftOut(planned) {
            ledger.note(.ended(outcome))
            return ledger.finished(after: .zero, hiding: source.hiding)
        }
        let judge = source.isFile ? judge : webJudge
        let kept = source.overlap == nil ? nil : KeptRecords(after: memories[source.id])
        let began = elapsed()
        let beginning = puller.begin()
        let (asked, exchanges) = pulling.exchanges(of: planned)
        var feed = RecordFeed(source: source, mapping: planned.mapping, children: planned.children, activities: activities) {
            puller.pull($0, since: beginning, keeping: exchanges.recorder, from: exchanges.replay)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            var isBroken = false
            for await event in puller.pull(asked, keeping: exchanges.recorder, from: exchanges.replay) {
                ledger.note(event)
                if isBroken {
                    // The page is read to its end all the same: its hash is the proof of the rows before the fault.
                    if case .pageEnded = event { break }
                    continue
                }
                do throws(ReadFailure) {
                    try feed.consume(event)
                } catch {
                    ledger.fail(error)
                    if case .pageEnded = event { break }
                    isBroken = true
                }
                try await start(&feed, in: &group, &running, judge, spool, customers, kept, ledger)
            }
            do throws(ReadFailure) {
                try feed.finish()
            } catch {
                ledger.fail(error)
            }
            try await start(&feed, in: &group, &running, judge, spool, customers, kept, ledger)
            try await group.waitForAll()
        }
        if let children = feed.children {
            ledger.note(children)
            children.problem.map { exchanges.recorder?.note(missingParts: $0) }
        }
        if source.overlap != nil, let reason = gap(before: planned) { ledger.note(.ended(.partial(reason))) }
        var collected = ledger.finished(after: elapsed() - began, hiding: source.hiding)
        collected.kept = kept
        if let memory = memories[source.id] {
            let (count, seen) = try carry(
                memory, of: planned, isComplete: collected.outcome == .complete, into: spool, customers, kept?.sightings)
            collected.carried = count
            collected.seen.add(seen)
            collected.supersede(try kept?.sightings.superseded())
        }
        return collected
    }

    /// Two cores are common; a few more batches in flight keep them busy while one waits for the spool.
    private static let workers = 4

    /// Starts the work that is ready, waiting for earlier work where too much is under way.
    private func start(
        _ feed: inout RecordFeed, in group: inout ThrowingTaskGroup<Void, any Error>, _ running: inout Int,
        _ judge: Judge, _ spool: JudgementSpool, _ customers: CustomerSpool?, _ kept: KeptRecords?, _ ledger: SourceLedger
    ) async throws {
        while let work = await next(&feed, ledger) {
            ledger.look(at: work)
            if running >= Self.workers {
                try await group.next()
                running -= 1
            }
            running += 1
            group.addTask { try run(work, judge, into: spool, customers, kept, ledger) }
        }
    }

    private func next(_ feed: inout RecordFeed, _ ledger: SourceLedger) async -> MappingWork? {
        do throws(ReadFailure) {
            return try await feed.next()
        } catch {
            ledger.fail(error)
            return nil
        }
    }

    private func run(
        _ work: MappingWork, _ judge: Judge, into spool: JudgementSpool, _ customers: CustomerSpool?, _ kept: KeptRecords?,
        _ ledger: SourceLedger
    ) throws {
        var scratch = judge.makeScratch()
        var unlisted: Set<String> = []
        var seen = ledger.counts(of: activities)
        var ofCustomers: [ServiceRecord] = []
        var toKeep = kept?.emptyBatch
        // Only of several pulls is one known to be later.
        let isPulledAgain = kept != nil && work.tellsUpdates
        let selects = pulling.selection.since != nil || !pulling.selection.partners.isEmpty
        let batch = try spool.add { rows in
            work.run { record in
                guard judge.audits(partner: record.partner) else {
                    if !unwanted.contains(record.partner) { unlisted.insert(record.partner) }
                    toKeep?.lose(record.id, partner: record.partner, sequence: record.provenance.sequence)
                    return
                }
                if selects, !isSelected(record) { return }
                toKeep?.add(record)
                if isPulledAgain, record.updated == nil { record.latestUpdate = pulledAt }
                seen.add(record, asOf: judge.asOf)
                judge.judge(&record, scratch: &scratch, into: &rows)
                if customers != nil { ofCustomers.append(record.taken()) }
            }
        }
        toKeep?.lose(batch.rejections)
        if let toKeep { try kept?.add(toKeep) }
        // A record that names no customer is left out there.
        try customers?.add(ofCustomers)
        ledger.add(batch, ofPage: work.onlyPage, unlisted: unlisted, seen: seen)
        progress.add(source: ledger.source, records: batch.recordCount)
    }
}

extension AuditRun {
    /// Whether the command line asks for a record. One that does not say when it was opened is judged.
    func isSelected(_ record: borrowing ServiceRecord) -> Bool {
        if let since = pulling.selection.since, let opened = record.opened, opened < since { return false }
        return pulling.selection.wants(partner: record.partner)
    }
}

/// What is known of a source while it is pulled and mapped on several threads.
private final class SourceLedger: Sendable {
    let source: String
    private let collected: Guarded<CollectedSource>
    /// Counts that no batch goes on with at the moment.
    private let idle = Guarded<[SeenCounts]>([])

    init(_ source: String) {
        self.source = source
        collected = Guarded(CollectedSource(id: source))
    }

    func note(_ event: PullEvent) {
        collected.withLock { collected in
            switch event {
            case .pageEnded(let page):
                collected.pages.append(page)
                collected.warnings.formUnion(page.notes)
            case .ended(let outcome): collected.outcome = outcome
            case .page, .bytes: break
            }
        }
    }

    func note(_ children: ChildTally) { collected.withLock { $0.children = children } }

    func fail(_ failure: ReadFailure) { collected.withLock { $0.fail(failure) } }

    /// Looks at the first records, in the order of the source.
    func look(at work: MappingWork) {
        guard collected.withLock({ !$0.sample.isFull }) else { return }
        collected.withLock { $0.sample.look(at: work) }
    }

    /// Lends counts to go on with.
    func counts(of activities: ActivityTable) -> SeenCounts { idle.withLock { $0.popLast() } ?? SeenCounts(activities) }

    /// Takes what a batch told, and its counts back.
    func add(_ batch: MappedBatch, ofPage page: Int?, unlisted: Set<String>, seen: SeenCounts) {
        collected.withLock { $0.add(batch, ofPage: page, unlisted: unlisted) }
        idle.withLock { $0.append(seen) }
    }

    /// `hiding` takes the secrets of the source out of a sentence: a partner's data may hold what was said to it.
    func finished(after elapsed: Duration, hiding: (String) -> String) -> CollectedSource {
        let seen = idle.withLock { $0 }
        return collected.withLock { collected in
            for counts in seen { collected.seen.add(counts) }
            collected.elapsed = elapsed
            collected.finish(hiding)
            return collected
        }
    }
}

/// How one source went, gathered from its pages and batches in whatever order they finished.
struct CollectedSource: Sendable {
    var result: SourceResult
    var outcome: Outcome = .failed(Outcome.Reason("interrupted", "the pull did not end"))
    var pages: [PageSummary] = []
    /// How its children went, where it has any.
    var children: ChildTally?
    /// How long it took, for `run.json` alone.
    var elapsed: Duration?
    /// What it brought of an incremental source, and how many readings of records the history held.
    var kept: KeptRecords?
    var carried = 0
    /// Readings of an incremental source that do not hold any more.
    private(set) var superseded = SupersededReadings()
    /// What its first records look like.
    var sample = FieldSampler()
    /// How many records told of which activity.
    var seen = SeenCounts()
    private var rejections: [Rejection] = []
    fileprivate var warnings: Set<String> = []
    private var unlisted: Set<String> = []
    private var mapped = 0
    private var strangers = StrangePages()

    /// Rejections named in the report; the rest are counted.
    private static let namedRejections = 20

    init(id: String) { result = SourceResult(id: id, outcome: "failed") }

    /// What made the rows unreadable, the earliest of them.
    private(set) var failure: ReadFailure?

    mutating func add(_ batch: MappedBatch, ofPage page: Int?, unlisted names: Set<String>) {
        if let page { strangers.add(batch, ofPage: page) }
        if let failure = batch.failure { fail(failure) }
        mapped += batch.recordCount
        result.rejected += batch.rejections.count
        result.rejectedEvents += batch.eventRejections.count
        // Batches finish in any order: keep more than are named, and choose by place at the end.
        rejections += (batch.rejections + batch.eventRejections)
        if rejections.count > 4096 { rejections = Array(Self.ordered(rejections).prefix(Self.namedRejections)) }
        warnings.formUnion(batch.warnings)
        unlisted.formUnion(names)
        if unlisted.count > 2 * Self.namedPartners { unlisted = Set(namedPartners) }
    }

    /// The first ones in their order, however they came: a source that makes names up fills neither memory nor reports.
    private var namedPartners: ArraySlice<String> {
        unlisted.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.prefix(Self.namedPartners)
    }
    private static let namedPartners = 1000

    /// Says how many records are judged otherwise than the history has them.
    mutating func supersede(_ readings: SupersededReadings?) {
        guard let readings, !readings.isEmpty else { return }
        superseded = readings
        if readings.lost > 0 {
            result.notes.append(
                "\(AuditSummary.count(readings.lost, "record")) not judged: the last reading could not be mapped, and those before "
                    + "do not hold any more")
        }
        if readings.moved > 0 {
            result.notes.append("\(AuditSummary.count(readings.moved, "record")) judged no more at the partner of before")
        }
    }

    mutating func fail(_ other: ReadFailure) {
        if let failure, failure.sequence <= other.sequence { return }
        failure = other
    }

    mutating func finish(_ hiding: (String) -> String) {
        if let failure {
            // Nothing usable makes the source failed, anything makes it partial.
            let reason = Outcome.Reason(failure.reason.code, hiding(failure.reason.message))
            outcome = mapped > 0 ? .partial(reason) : .failed(reason)
        } else if outcome == .complete, mapped == 0, result.rejected > 0 {
            let what =
                result.rejected == 1 ? "the only record could not be read" : "none of \(result.rejected) records could be read"
            outcome = .failed(
                Outcome.Reason("nothing_readable", "\(what): the mapping may be of another system, or of another version"))
        } else if outcome == .complete, let page = strangers.first {
            outcome = .partial(
                Outcome.Reason(
                    "nothing_readable", "page \(page) holds no record, since nothing on it has an id: it may be an error"))
        } else if outcome == .complete, let problem = children?.problem {
            outcome = .partial(problem)
        }
        result.outcome = outcome.name
        result.reasonCode = outcome.reason?.code
        result.reason = outcome.reason?.message
        result.pages = pages.count + (children?.pages ?? 0)
        result.unlistedPartners = namedPartners.map(hiding)
        result.notes =
            warnings.sorted().map(hiding)
            + Self.ordered(rejections).prefix(Self.namedRejections).map { rejection in
                let (page, pointer) = (rejection.provenance.page, rejection.provenance.pointer)
                return hiding("page \(page), \(pointer): no \(rejection.field): \(rejection.why)")
            }
    }

    private static func ordered(_ rejections: [Rejection]) -> [Rejection] {
        rejections.sorted { ($0.provenance.sequence, $0.field, $0.why) < ($1.provenance.sequence, $1.field, $1.why) }
    }
}

/// Pages of which no row has an id, such as an error that came as a row: what should have been on them is not known.
private struct StrangePages: Sendable {
    private var readable: Set<Int> = []
    private var strange: Set<Int> = []

    mutating func add(_ batch: MappedBatch, ofPage page: Int) {
        let nameless = batch.rejections.count { $0.field == "id" }
        if batch.recordCount > 0 || nameless < batch.rejections.count { readable.insert(page) }
        if nameless > 0 { strange.insert(page) }
    }

    /// The first of them.
    var first: Int? { strange.subtracting(readable).min() }
}
