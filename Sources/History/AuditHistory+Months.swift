import GRDB
package import Language
package import Scoring

/// The months of earlier audits, for drift that reaches further back than a pull.
extension AuditHistory {
    /// How every partner's items went in the months that lie wholly before `limit`, each month from the latest audit before
    /// `asOf` that tells of it, and of nothing that it overlaps. By partner, checklist, item and month.
    package func driftMonths(before asOf: Instant, endingBy limit: Instant) throws(HistoryError) -> [DriftMonth] {
        try reporting { [network] queue in
            try queue.read { database in
                let rows = try Row.fetchCursor(
                    database,
                    sql: """
                        SELECT drift_month.* FROM drift_month JOIN audit ON audit.sequence = drift_month.audit
                        WHERE \(Self.earlier) AND (end_seconds, end_nanoseconds) <= (?4, ?5)
                        ORDER BY partner, checklist, item, as_of_seconds DESC, as_of_nanoseconds DESC, sequence DESC,
                            month_seconds, month_nanoseconds
                        """, arguments: [asOf.seconds, asOf.nanoseconds, network, limit.seconds, limit.nanoseconds])
                var months: [DriftMonth] = []
                var series: [DriftMonth] = []
                while let row = try rows.next() {
                    let month = Self.driftMonth(row)
                    if let first = series.first, !first.isOfSameSeries(as: month) {
                        months += series.sorted { $0.month < $1.month }
                        series.removeAll(keepingCapacity: true)
                    }
                    if !series.contains(where: { $0.overlaps(month) }) { series.append(month) }
                }
                return months + series.sorted { $0.month < $1.month }
            }
        }
    }

    private static func driftMonth(_ row: Row) -> DriftMonth {
        DriftMonth(
            partner: row["partner"], checklist: row["checklist"], item: row["item"],
            month: Instant(seconds: row["month_seconds"], nanoseconds: row["month_nanoseconds"]),
            end: Instant(seconds: row["end_seconds"], nanoseconds: row["end_nanoseconds"]), decided: row["decided"],
            met: row["met"], expected: row["expected"], information: row["information"],
            customerSquares: row["customer_squares"])
    }

    /// Months of partners that are complete. Of a partner whose source broke off a month may lack records.
    static func insertMonths(of audit: Audit, _ sequence: Int64, into database: Database) throws {
        let complete = Set(audit.partners.filter(\.isComplete).map { Array($0.id.utf8) })
        let statement = try database.cachedStatement(
            sql: "INSERT INTO drift_month VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for month in audit.driftMonths where complete.contains(Array(month.partner.utf8)) {
            try statement.execute(arguments: [
                sequence, month.partner, month.checklist, month.item, month.month.seconds, month.month.nanoseconds,
                month.end.seconds, month.end.nanoseconds, month.decided, month.met, month.expected, month.information,
                month.customerSquares,
            ])
        }
    }
}

extension DriftMonth {
    fileprivate func isOfSameSeries(as other: DriftMonth) -> Bool {
        partner.hasBytes(of: other.partner) && checklist.hasBytes(of: other.checklist) && item.hasBytes(of: other.item)
    }

    fileprivate func overlaps(_ other: DriftMonth) -> Bool { month < other.end && other.month < end }
}
