import Checklists
import Fetching
import Foundation
import History
import Language
import Reports
import Scoring

/// Two sets of checklists on the same pull: each judges it as an audit would that replays it, and nothing is kept. What is
/// said of either side is what that audit says.
struct ChecklistDiff {
    let old: String
    let new: String
    let command: DiffCommand

    func report() async throws -> DiffReport {
        let plans = try plans()
        let selection = try command.pulling.checked(against: plans.new)
        let snapshot = try Snapshot.find(command.snapshot, in: plans.new.snapshots)
        let history = try AuditHistory(reading: plans.new.historyPath, network: plans.new.network)
        let asOf = command.asOf ?? snapshot.manifest.asOf ?? plans.new.asOf ?? snapshot.manifest.pulledAt
        func run(_ plan: AuditPlan) throws -> AuditRun {
            AuditRun(
                plan: plan, asOf: asOf, pulling: Pulling(replaying: snapshot, selection), history: history,
                memories: try plan.memories(in: history, before: asOf), elapsed: { .zero },
                progress: Progress(quiet: command.quiet))
        }
        let (before, after) = (try run(plans.old), try run(plans.new))
        let comparison = VerdictComparison(old: before.slots, new: after.slots)
        let figures = (
            old: try await judge(before, .old, comparison, history), new: try await judge(after, .new, comparison, history)
        )
        return DiffReport(
            subject: .checklists, oldName: old, newName: new, snapshot: snapshot.name,
            diff: AuditDiff(
                from: figures.old, to: figures.new,
                definitions: DefinitionChange.changes(from: plans.old.checklists, to: plans.new.checklists)),
            verdicts: try comparison.changes(allRecords: command.namesAll))
    }

    /// Both plans; everything that is wrong with either is said, and what is wrong with the config once.
    private func plans() throws -> (old: AuditPlan, new: AuditPlan) {
        func load(_ path: String) -> (plan: AuditPlan?, said: [String]) {
            let diagnostics = Diagnostics()
            var plan = AuditPlan.load(config: command.config, checklists: [path], diagnostics: diagnostics)
            plan?.rejudges = command.rejudge
            return (plan, diagnostics.sorted.map(\.description))
        }
        let (before, after) = (load(old), load(new))
        let said = before.said + after.said.filter { !before.said.contains($0) }
        guard let first = before.plan, let second = after.plan else { throw Stop(.wrong, said) }
        for warning in said { Terminal.writeError(warning.printable) }
        return (first, second)
    }

    /// One side's verdicts into the comparison; gives what its audit says.
    private func judge(
        _ run: AuditRun, _ side: VerdictComparison.Side, _ comparison: VerdictComparison, _ history: AuditHistory
    ) async throws -> AuditFigures {
        let collected = try await run.collect()
        let scored = try collected.score(
            history, record: { try comparison.add($0, side) }, customer: { customer, _ in try comparison.add(customer, side) })
        let json = AuditJSON.bytes(try collected.audit(of: scored, history))
        do throws(AuditFigures.Problem) {
            return try AuditFigures(json: json)
        } catch {
            throw Stop(.bug, "the audit cannot be read back: \(error.why)")
        }
    }
}

extension AuditRun {
    /// Of the items that judge records, and of those that judge customers.
    fileprivate var slots: (records: ItemSlots, customers: ItemSlots) {
        (ItemSlots(judge.items), ItemSlots(customerJudge?.items ?? []))
    }
}
