import GRDB
package import Scoring

/// What earlier audits counted.
extension AuditHistory {
    /// The tally of one item at one partner, as an audit kept it.
    package struct KeptTally: Hashable, Sendable {
        package let partner: String
        package let checklist: String
        package let item: String
        package let tally: Tally
        package let target: Double?
    }

    /// By partner, checklist and item; nothing where the history has no such audit.
    package func tallies(of audit: String) throws(HistoryError) -> [KeptTally] {
        try reporting { queue in
            try queue.read { database in
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT tally.* FROM tally JOIN audit ON audit.sequence = tally.audit WHERE audit.id = ?
                        ORDER BY partner, checklist, item
                        """, arguments: [audit]
                ).map { row in
                    KeptTally(
                        partner: row["partner"], checklist: row["checklist"], item: row["item"], tally: Self.tally(row),
                        target: row["target"])
                }
            }
        }
    }

    private static func tally(_ row: Row) -> Tally {
        var tally = Tally()
        tally.pass = row["pass"]
        tally.fail = row["fail"]
        tally.holding = row["holding"]
        tally.pending = row["pending"]
        tally.notActivated = row["not_activated"]
        tally.notApplicable = row["not_applicable"]
        tally.notObservable = row["not_observable"]
        tally.early = row["early"]
        tally.waived = row["waived"]
        tally.met = row["met"]
        tally.missed = row["missed"]
        return tally
    }
}
