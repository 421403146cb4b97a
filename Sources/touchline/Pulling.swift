import Fetching
import Foundation
import History
import Language
import Timelines

/// Where the pages of a run come from, and where they go: from the partners and into a snapshot, or out of one.
struct Pulling: Sendable {
    let selection: Selection
    /// When the pull began. A replay knows it from the snapshot.
    let pulledAt: Instant
    /// What `{since}` and `{until}` are filled with.
    private let window: PullWindow
    /// The same for incremental sources that were pulled before, by id.
    private let windows: [String: PullWindow]
    /// Nil where nothing is kept.
    let writer: SnapshotWriter?
    /// Nil where the partners are asked.
    let replayed: Snapshot?

    /// Asks the partners, and keeps what they say where the plan has snapshots.
    ///
    /// Incremental sources are asked for what has changed since their last complete pull, unless `--since` says otherwise.
    init(
        _ plan: AuditPlan, _ selection: Selection, asOf: Instant, pulledAt: Instant, memories: [String: SourceMemory],
        into writer: SnapshotWriter?
    ) {
        self.selection = selection
        self.pulledAt = pulledAt
        window = PullWindow(since: selection.since ?? asOf.monthsEarlier(plan.windowMonths), until: asOf)
        var windows: [String: PullWindow] = [:]
        for planned in plan.sources where selection.since == nil {
            guard let overlap = planned.source.overlap, let memory = memories[planned.source.id] else { continue }
            windows[planned.source.id] = PullWindow(
                since: memory.watermark + (.zero - overlap), until: asOf, continues: true)
        }
        self.windows = windows
        self.writer = writer
        replayed = nil
    }

    /// Asks nobody.
    init(replaying snapshot: Snapshot, _ selection: Selection) {
        self.selection = selection.over(snapshot.manifest.options)
        pulledAt = snapshot.manifest.pulledAt
        window = PullWindow(since: pulledAt, until: pulledAt)
        windows = Dictionary(
            snapshot.manifest.sources.compactMap { source in source.window.map { (source.id, $0) } },
            uniquingKeysWith: { first, _ in first })
        writer = nil
        replayed = snapshot
    }

    /// Why a source is not pulled; nil where it is.
    func leftOut(_ planned: AuditPlan.PlannedSource) -> Outcome? {
        if let reason = selection.reason(against: planned) { return .notAttempted(reason) }
        guard let replayed else { return nil }
        guard let source = replayed.source(planned.source.id) else {
            return .notAttempted(Outcome.Reason("not_in_snapshot", "the snapshot holds nothing of this source"))
        }
        if case .notAttempted = source.outcome { return source.outcome }
        return nil
    }

    /// The source as it is asked, and what keeps or answers its requests. Asked for once.
    func exchanges(
        of planned: AuditPlan.PlannedSource
    ) -> (source: Source, exchanges: (recorder: ExchangeRecorder?, replay: ExchangeReplay?)) {
        let source = planned.source.asking(for: window(of: planned))
        if let replayed { return (source, (nil, replayed.replay(of: source))) }
        return (source, (writer?.recorder(of: source), nil))
    }

    /// What a source is asked for.
    func window(of planned: AuditPlan.PlannedSource) -> PullWindow { windows[planned.source.id] ?? window }

    /// Makes the snapshot whole, removes those that are too old, and gives its name; nil where none is kept. Pages that
    /// records in the history come from stay.
    func keep(_ plan: AuditPlan, asOf: Instant?, history: AuditHistory?) async throws -> String? {
        guard let writer else { return nil }
        let cited = try history?.citedPages() ?? []
        let others = plan.sources.compactMap { planned in leftOut(planned).map { (id: planned.source.id, outcome: $0) } }
        let name = try await writer.keep(
            network: plan.network, config: plan.configDigest, asOf: asOf, options: selection.options,
            others: others, citing: cited)
        if let retention = plan.retention { _ = writer.prune(before: pulledAt + (.zero - retention), citing: cited) }
        return name
    }

    /// Stops where the snapshot turned out not to hold what was pulled.
    func checkDamage() throws {
        if let damage = replayed?.damage { throw damage }
    }
}

extension AuditPlan {
    /// What keeps a pull of this plan; nil where nothing is kept.
    func snapshotWriter(clock: @escaping @Sendable () -> Instant) throws(SnapshotError) -> SnapshotWriter? {
        guard let snapshots else { return nil }
        return try SnapshotWriter(snapshots, key: configDigest, clock: clock)
    }
}

extension Instant {
    /// The same time of the day so many months before; the last day of a shorter month.
    func monthsEarlier(_ months: Int) -> Instant {
        let day = Int((Double(seconds) / 86400).rounded(.down))
        let date = CivilDate(daysSince1970: day)
        let month = date.year * 12 + date.month - 1 - months
        let (year, of) = (Int((Double(month) / 12).rounded(.down)), (month % 12 + 12) % 12 + 1)
        let next = CivilDate(year: of == 12 ? year + 1 : year, month: of == 12 ? 1 : of + 1, day: 1).daysSince1970
        let first = CivilDate(year: year, month: of, day: 1).daysSince1970
        let target = first + min(date.day, next - first) - 1
        return Instant(seconds: seconds + Int64(target - day) * 86400, nanoseconds: nanoseconds)
    }
}
