import Language
import Scoring
import Testing

@testable import History

/// What audits saw of each activity, kept for the next.
struct SeenActivitiesTests {
    @Test func `the last audit before tells what it saw, and a later one does not`() throws {
        let folder = try TemporaryFolder()
        let history = try AuditHistory(path: folder.history)
        func seen(_ records: Int) -> [SeenActivity] {
            [
                SeenActivity(partner: "p", source: "s", activity: "", records: 9, events: 0, total: 9),
                SeenActivity(partner: "p", source: "s", activity: "opened", records: records, events: records + 1, total: 9),
            ]
        }
        for (id, asOf, records) in [("a", 100, 3), ("b", 200, 5), ("c", 300, 7)] {
            var audit = AuditHistoryTests.audit(id, asOf: Int64(asOf))
            audit.seen = seen(records)
            try history.keep(audit, json: [])
        }
        #expect(try history.seenActivities(before: Instant(seconds: 100)) == [])
        #expect(try history.seenActivities(before: Instant(seconds: 250)) == seen(5))
        #expect(try history.seenActivities(before: Instant(seconds: 999)) == seen(7))
    }
}
