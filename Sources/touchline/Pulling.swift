import Fetching
import Foundation
import Language
import Timelines

/// Where the pages of a run come from, and where they go: from the partners and into a snapshot, or out of one.
struct Pulling: Sendable {
    let selection: Selection
    /// When the pull began. A replay knows it from the snapshot.
    let pulledAt: Instant
    /// What `{since}` and `{until}` are filled with.
    private let window: PullWindow
    /// Nil where nothing is kept.
    let writer: SnapshotWriter?
    /// Nil where the partners are asked.
    let replayed: Snapshot?

    /// Asks the partners, and keeps what they say where the plan has snapshots.
    init(_ plan: AuditPlan, _ selection: Selection, asOf: Instant?, pulledAt: Instant, clock: @escaping @Sendable () -> Instant)
        throws
    {
        self.selection = selection
        self.pulledAt = pulledAt
        let until = asOf ?? plan.asOf ?? pulledAt
        window = PullWindow(since: selection.since ?? until.monthsEarlier(plan.windowMonths), until: until)
        writer = try plan.snapshots.map { try SnapshotWriter($0, clock: clock) }
        replayed = nil
    }

    /// Asks nobody.
    init(replaying snapshot: Snapshot, _ selection: Selection) {
        self.selection = selection.over(snapshot.manifest.options)
        pulledAt = snapshot.manifest.pulledAt
        window = PullWindow(since: pulledAt, until: pulledAt)
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

    func events(of planned: AuditPlan.PlannedSource, _ puller: Puller) -> PullSequence {
        let id = planned.source.id
        if let replayed {
            let window = replayed.source(id)?.window ?? window
            return puller.pull(planned.source.asking(for: window), from: replayed.replay(of: id))
        }
        let source = planned.source.asking(for: window)
        return puller.pull(source, keeping: writer?.recorder(of: source))
    }

    /// Makes the snapshot whole, removes those that are too old, and gives its name; nil where none is kept.
    func keep(_ plan: AuditPlan, asOf: Instant?) async throws -> String? {
        guard let writer else { return nil }
        let others = plan.sources.compactMap { planned in leftOut(planned).map { (id: planned.source.id, outcome: $0) } }
        let name = try await writer.keep(
            network: plan.network, config: plan.configDigest, pulledAt: pulledAt, asOf: asOf, options: selection.options,
            others: others)
        if let retention = plan.retention { _ = writer.prune(before: pulledAt + (.zero - retention)) }
        return name
    }

    /// Stops where the snapshot turned out not to hold what was pulled.
    func checkDamage() throws {
        if let damage = replayed?.damage { throw damage }
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
