import Checklists
import Fetching
import Foundation
import History
import Language
import Timelines

/// The records of incremental sources that earlier pulls brought: judged beside what this pull brings, before which they
/// count as read.
extension AuditRun {
    /// Where a source was not pulled to its end nobody knows what has become of these records since: they are judged as of
    /// the last pull that was complete.
    private func judge(ofCarried memory: SourceMemory, _ planned: AuditPlan.PlannedSource, isComplete: Bool) -> Judge {
        let known = isComplete ? (planned.source.isFile ? asOf : pulledAt) : memory.pulledAt
        return plan.judge(asOf: min(asOf, known), activities: activities, cases: cases)
    }

    /// Judges what the history holds of a source. Gives how many records that is.
    func carry(
        _ memory: SourceMemory, of planned: AuditPlan.PlannedSource, isComplete: Bool, into spool: JudgementSpool,
        _ customers: CustomerSpool?, _ sightings: Sightings?
    ) throws -> (count: Int, seen: SeenCounts) {
        let judge = judge(ofCarried: memory, planned, isComplete: isComplete)
        var scratch = judge.makeScratch()
        var seen = SeenCounts(activities)
        var count = 0
        try history.forEachReading(of: memory) { readings in
            try sightings?.add(readings.sightings)
            var ofCustomers: [ServiceRecord] = []
            try spool.add { rows in
                for var record in readings.records where judge.audits(partner: record.partner) && isSelected(record) {
                    for index in record.events.indices {
                        record.events[index].symbol = activities.symbol(of: record.events[index].activity)
                    }
                    if record.updated == nil, planned.mapping.tellsUpdates { record.latestUpdate = readings.pulledAt }
                    seen.add(record, asOf: judge.asOf)
                    judge.judge(&record, scratch: &scratch, into: &rows)
                    count += 1
                    if customers != nil { ofCustomers.append(record.taken()) }
                }
            }
            try customers?.add(ofCustomers)
        }
        return (count, seen)
    }

    /// Why a replay of an incremental pull is not whole: it asked for changes alone, and what they change is not here.
    func gap(before planned: AuditPlan.PlannedSource) -> Outcome.Reason? {
        let id = planned.source.id
        guard let window = pulling.replayed?.source(id)?.window, window.continues else { return nil }
        if let memory = memories[id], memory.watermark >= window.since { return nil }
        return Outcome.Reason(
            "history_missing", "it was asked for changes since \(window.since), and the history does not hold what came before")
    }
}

extension AuditHistory.KeptReadings {
    fileprivate var sightings: [Sightings.Sighting] {
        records.map { Sightings.Sighting($0, pull: pull) }
            + lost.map { Sightings.Sighting(lost: $0.record, partner: $0.partner, pull: pull, sequence: $0.sequence) }
    }
}
