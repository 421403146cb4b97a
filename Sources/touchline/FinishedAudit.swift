import Checklists
import Fetching
import Foundation
import History
import Language
import Reports
import Scoring
import Timelines

/// An audit that is kept and reported.
struct FinishedAudit {
    let audit: Audit
    /// The bytes of `audit.json`.
    let json: [UInt8]
}

/// When a run began and how long it has taken, for `run.json` alone.
struct RunClock {
    let startedAt: Instant
    let elapsed: () -> Duration
}

extension AuditRun.Collected {
    /// Sorts and counts what was collected, raises flags, keeps the audit and writes its reports.
    func report(
        into reports: ReportFolder, history: AuditHistory, verdicts: VerdictChoice, clock: RunClock
    ) throws -> FinishedAudit {
        let scored = try score(into: reports, history, verdicts: verdicts)
        let audit = try audit(of: scored, history)
        let json = AuditJSON.bytes(audit)
        try AuditReports.write(audit, json: json, into: reports)
        try reports.write(runJSON(audit.id, clock).bytes, to: AuditReports.run)
        // Kept before it is shown: a report that somebody holds is always in the history.
        try history.keep(audit, json: json, pulls: sourcePulls(audit))
        try reports.commit()
        return FinishedAudit(audit: audit, json: json)
    }

    /// Writes the verdict lines while the judgements stream by.
    private func score(into reports: ReportFolder, _ history: AuditHistory, verdicts: VerdictChoice) throws -> Scored {
        let digests = pageDigests
        var lines = VerdictFile(
            to: try reports.file(AuditReports.verdictLines),
            lines: VerdictLines(
                slots: ItemSlots(run.judge.items), failsOnly: verdicts == .fails,
                pageDigest: { source, page in digests[source]?[page] }))
        let scored = try score(history, record: { try lines.write($0) }, customer: { try lines.write($0, $1) })
        try lines.finish()
        return scored
    }

    /// Streams the judgements through the scorer, and hands on what counts: by partner, its records and then its customers.
    func score(
        _ history: AuditHistory, record: (Scorer.ScoredRecord) throws -> Void,
        customer: (CustomerScorer.ScoredCustomer, ItemSlots) throws -> Void
    ) throws -> Scored {
        let merging = Set(run.plan.sources.filter(\.merges).map(\.source.id))
        let recorder = CaseRecorder(
            slots: ItemSlots(run.judge.items).slots.count, measures: run.judge.measures, mixFields: run.cases.mix.names,
            months: run.cases.window.months)
        var scorer = Scorer(items: run.judge.items, partners: run.plan.partners, merging: merging, recorder: recorder)
        var customerScorer = CustomerScorer(items: run.customerJudge?.items ?? [], partners: run.plan.partners)
        var pass = try customerPass
        func take(_ judged: CustomerJudgement) throws { try customer(try customerScorer.add(judged), customerScorer.slots) }
        func take(_ scored: Scorer.ScoredRecord) throws {
            try pass?.add(scored.row, take)
            try record(scored)
        }
        let superseded = sources.filter { !$0.superseded.isEmpty }
        try spool.forEachSorted { row in
            if !superseded.isEmpty, superseded.contains(where: { $0.supersedes(row) }) { return }
            try scorer.add(row, take)
        }
        let scores = try scorer.finish(take)
        let caveats = try pass?.finish(take) ?? []
        let joined = customerScorer.joined(to: scores)
        let raised = try FlagRaiser.raise(
            joined.partners, slots: customerScorer.joined(to: scorer.slots), compared: scorer.slots,
            cases: scores.cases, window: run.cases.window,
            earlier: try history.driftMonths(before: run.asOf, endingBy: run.cases.window.start))
        return Scored(scores: joined, raised: raised, caveats: caveats)
    }

    /// The scores, and what is known to be less of customers than it seems.
    struct Scored {
        fileprivate let scores: Scores
        fileprivate let raised: FlagRaiser.Raised
        fileprivate let caveats: [String]
    }

    /// The SHA-256 of every page, by source and number.
    private var pageDigests: [String: [Int: String]] {
        Dictionary(
            sources.map { source in
                (
                    source.result.id,
                    Dictionary(source.pages.map { ($0.number, $0.sha256) }, uniquingKeysWith: { first, _ in first })
                        .merging(run.memories[source.result.id]?.pages ?? [:], uniquingKeysWith: { first, _ in first })
                )
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Nil where no checklist judges customers.
    private var customerPass: CustomerPass? {
        get throws {
            guard let customers, let judge = run.customerJudge else { return nil }
            return try CustomerPass(
                customers, judge: judge, earlyJudge: earlyCustomerJudge,
                early: Set(run.plan.sources.filter { !$0.source.isFile }.map(\.source.id)))
        }
    }

    /// What the audit says; nothing is kept or written.
    func audit(of scored: Scored, _ history: AuditHistory) throws -> Audit {
        let scores = scored.scores
        let inputs = Audit.Inputs(
            history: try historyDigest(history), snapshot: snapshotDigest, config: run.plan.configDigest,
            checklists: run.plan.checklistDigests, rejudges: run.plan.rejudges)
        var results = sources.map(\.result)
        for index in results.indices {
            results[index].records = scores.sources[results[index].id]?.records ?? 0
            results[index].events = scores.sources[results[index].id]?.events ?? 0
        }
        refuseConflicts(scores, &results)
        let seen = seenActivities
        let silenced = SilencedActivities.caveats(now: seen, before: try history.seenActivities(before: run.asOf))
        let shapes = shapes
        for index in results.indices {
            guard let shape = shapes.first(where: { $0.source == results[index].id }),
                let before = try history.shape(of: shape.source, before: run.asOf)
            else { continue }
            results[index].caveats = [SchemaDrift.caveat(now: shape, before: before)].compactMap(\.self)
        }
        var partners = scores.partners
        let rates = try DependableRates(scores.cases, slots: ItemSlots(run.judge.items))
        let slots = ItemSlots(run.items)
        for index in partners.indices { rates.rate(&partners[index], slots: slots) }
        let isComplete = completeness(results)
        for index in partners.indices {
            partners[index].measures = scored.raised.measures[partners[index].id] ?? []
            partners[index].caveats += (scored.raised.caveats[partners[index].id] ?? []) + (silenced[partners[index].id] ?? [])
            partners[index].isComplete = isComplete(partners[index].id)
        }
        var audit = Audit(
            id: auditID(inputs), network: run.plan.network, asOf: run.asOf, inputs: inputs, sources: results,
            partners: partners,
            flags: try history.told(scored.raised.flags, before: run.asOf, fate: fate(scored.raised.tested)),
            items: run.items,
            caveats: caveats(results) + results.flatMap(\.caveats) + scored.caveats + scores.conflicts.map(\.sentence)
                + partners.flatMap(\.caveats))
        audit.seen = seen
        audit.driftMonths = scored.raised.months
        audit.shapes = shapes
        return audit
    }

    /// What sources look like that were read to their end.
    private var shapes: [SourceShape] {
        sources.filter { $0.outcome == .complete }.compactMap { source in
            let sample = source.sample
            let fields = sample.fields.map { field, records in
                SourceShape.Part(kind: .field, name: field.path, type: field.type, records: records, total: sample.records)
            }
            let activities = sample.activities.map { name, records in
                SourceShape.Part(kind: .activity, name: name, type: "", records: records, total: sample.mapped)
            }
            let parts = (fields + activities).sorted {
                ($0.kind.rawValue, $0.name, $0.type) < ($1.kind.rawValue, $1.name, $1.type)
            }
            return parts.isEmpty ? nil : SourceShape(source: source.result.id, parts: parts)
        }
    }

    /// Of sources that were read to the end: what only a part of the records tells says nothing of the whole.
    private var seenActivities: [SeenActivity] {
        sources.filter { $0.outcome.name == Outcome.complete.name }.flatMap { source in
            source.seen.seen(source: source.result.id, activities: run.activities)
        }
    }

    /// A record that two sources claim is an error of the sources, since nobody can say which of the two is right.
    private func refuseConflicts(_ scores: Scores, _ results: inout [SourceResult]) {
        let claimed = Set(scores.conflicts.flatMap(\.sources))
        for index in results.indices where claimed.contains(results[index].id) && results[index].outcome == Outcome.complete.name
        {
            let reason = Outcome.Reason(
                "claimed_twice", "\(scores.conflictCount) records come from another source of the same partner too")
            results[index].outcome = Outcome.partial(reason).name
            results[index].reasonCode = reason.code
            results[index].reason = reason.message
        }
    }

    /// What can be said of flags that are not raised any more.
    private func fate(_ tested: TestedFlags) -> (Flag) -> FlagFate {
        let asked = AskedFlags(
            partners: run.plan.partners, subjects: ItemSlots(run.items).askedFlags + run.judge.measures.map(\.askedFlags))
        return { flag in tested.contains(flag) ? .tested : asked.asks(flag) ? .untold : .notAsked }
    }

    /// Of which partners every source that may hold records of theirs was read to its end.
    private func completeness(_ results: [SourceResult]) -> (_ partner: String) -> Bool {
        let selection = run.pulling.selection
        let complete = Set(results.filter { $0.outcome == Outcome.complete.name }.map(\.id))
        let broken = run.plan.sources.filter { !complete.contains($0.source.id) }.map(\.mapping.partner)
        let (own, isAny) = (Set(broken.compactMap(\.self)), broken.contains(nil))
        return { selection.since == nil && !isAny && selection.wants(partner: $0) && !own.contains($0) }
    }

    private func caveats(_ results: [SourceResult]) -> [String] {
        let partial = results.filter { $0.outcome == "partial" }.map {
            "source '\($0.id)' is not complete (\($0.reasonCode ?? "")): what it brought is judged, what it did not bring is not known"
        }
        let unkept =
            run.pulling.writer == nil && run.pulling.replayed == nil
            ? ["no snapshot was kept ('snapshots: off'): this audit cannot be replayed"] : []
        let selected = selectionCaveats + unkept + carriedCaveats
        let rejudged =
            run.plan.rejudges ? ["every record is judged by the newest version of its checklist, whenever it was opened"] : []
        guard run.asOf > run.pulledAt else { return partial + rejudged + selected }
        let early = run.plan.sources.filter { !$0.source.isFile }.map(\.source.id).sorted {
            $0.utf8.lexicographicallyPrecedes($1.utf8)
        }
        return partial + rejudged + selected
            + early.map { "source '\($0)' is judged as of \(run.pulledAt), when it was pulled, and not later" }
    }

    /// What the command line left out.
    private var selectionCaveats: [String] {
        let selection = run.pulling.selection
        var caveats: [String] = []
        if let since = selection.since { caveats.append("only records opened since \(since) are judged") }
        if !selection.partners.isEmpty {
            caveats.append("only these partners are audited: " + selection.partners.sorted().joined(separator: ", "))
        }
        if !selection.sources.isEmpty {
            caveats.append("only these sources are read: " + selection.sources.sorted().joined(separator: ", "))
        }
        return caveats
    }

    /// Of every page's bytes, by source and number, and of how each source ended.
    private var snapshotDigest: String {
        var digest = Digest()
        for source in sources {
            digest.update("source \(source.result.id)\n".utf8)
            for page in source.pages { digest.update("\(page.number) \(page.sha256)\n".utf8) }
            if let children = source.children, let sha256 = children.sha256 {
                digest.update("children \(children.pages) \(sha256)\n".utf8)
            }
            digest.update("\(source.result.outcome) \(source.result.reasonCode ?? "") \(source.result.reason ?? "")\n".utf8)
        }
        return "sha256:" + digest.hex
    }

    private func auditID(_ inputs: Audit.Inputs) -> String {
        var lines: [String] = [inputs.history, inputs.snapshot, inputs.config, run.asOf.description]
        lines += inputs.checklists.map { "\($0.id) \($0.version) \($0.sha256)" }
        if inputs.rejudges { lines.append("rejudge") }
        lines += run.pulling.selection.lines
        return String(sha256Hex(lines.joined(separator: "\n").utf8).prefix(12))
    }

    private func runJSON(_ id: String, _ clock: RunClock) -> RunJSON {
        RunJSON(
            version: Touchline.version, auditID: id, started: clock.startedAt,
            wallSeconds: Self.seconds(clock.elapsed()),
            peakMemoryBytes: peakMemoryBytes, snapshot: snapshot,
            machine: [
                ("system", ProcessInfo.processInfo.operatingSystemVersionString),
                ("processors", String(ProcessInfo.processInfo.activeProcessorCount)),
            ],
            sources: sources.map {
                RunJSON.SourceRun(id: $0.result.id, wallSeconds: $0.elapsed.map(Self.seconds), pages: $0.pages)
            })
    }

    /// To a thousandth.
    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + (Double(duration.components.attoseconds) * 1e-15).rounded() * 1e-3
    }

    private var peakMemoryBytes: Int? {
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return nil }
        return usage.ru_maxrss * 1024
    }
}

extension CollectedSource {
    /// Whether a judgement is of a reading of this source that does not hold any more.
    fileprivate func supersedes(_ row: JudgementRow) -> Bool {
        result.id.utf8.elementsEqual(row.source)
            && superseded.contains(partner: row.partner, record: row.record, sequence: row.sequence)
    }
}
