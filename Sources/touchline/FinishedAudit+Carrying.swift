import Checklists
import Fetching
import History
import Language
import Scoring

/// What an audit says of incremental sources, and what it leaves for the next one.
extension AuditRun.Collected {
    /// Of the audits that count, and of the pulls whose records were carried on.
    func historyDigest(_ history: AuditHistory) throws -> String {
        let audits = try history.digest(before: run.asOf)
        guard !run.memories.isEmpty else { return audits }
        let lines = run.memories.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map {
            "\($0.key) \($0.value.digest)"
        }
        return "sha256:" + sha256Hex(([audits] + lines).joined(separator: "\n").utf8)
    }

    /// Sources that were pulled, but not to their end, while the history holds records of theirs.
    private var stale: [(id: String, memory: SourceMemory, count: Int)] {
        sources.compactMap { source in
            guard source.carried > 0, source.outcome != .complete, let memory = run.memories[source.result.id] else { return nil }
            return (source.result.id, memory, source.carried)
        }
    }

    var carriedCaveats: [String] {
        stale.map { source in
            "source '\(source.id)' was not pulled to its end: what the history holds of it is judged as of "
                + "\(min(run.asOf, source.memory.pulledAt)), its last complete pull"
        }
    }

    /// A customer's timeline is judged no later than any source of it was known to be complete.
    var earlyCustomerJudge: CustomerJudge? {
        guard let earliest = stale.map(\.memory.pulledAt).min(), earliest < min(run.asOf, run.pulledAt) else {
            return run.webCustomerJudge
        }
        return run.plan.customerJudge(asOf: earliest, activities: run.activities)
    }

    /// The pulls that move their source's watermark: complete ones, of all that there is.
    func sourcePulls(_ audit: Audit) -> [SourcePull] {
        let selection = run.pulling.selection
        guard selection.since == nil, selection.partners.isEmpty else { return [] }
        let complete = Set(audit.sources.filter { $0.outcome == Outcome.complete.name }.map(\.id))
        return run.plan.sources.compactMap { planned -> SourcePull? in
            let id = planned.source.id
            guard complete.contains(id), let source = sources.first(where: { $0.result.id == id }), let kept = source.kept else {
                return nil
            }
            let window = run.pulling.window(of: planned)
            let lines = ["\(window.since) \(window.until)"] + source.pages.map { "\($0.number) \($0.sha256)" }
            // The partner stamps its changes by its own clock, which may be behind ours; so may a cache be that answers for it.
            let answers = source.pages.compactMap(\.answeredAt)
            return SourcePull(
                source: id, fingerprint: planned.fingerprint, asOf: run.asOf, pulledAt: run.pulledAt,
                watermark: ([run.pulledAt, window.until] + answers).min() ?? run.pulledAt,
                digest: sha256Hex(lines.joined(separator: "\n").utf8),
                pages: source.pages.map { (number: $0.number, sha256: $0.sha256) }, records: { try kept.forEach($0) })
        }
    }
}
