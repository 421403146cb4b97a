import Language
import Scoring
import Timelines

/// How many records of each partner told of which activity: counted a batch at a time, and added up in any order.
///
/// Every reading of a record counts, so one that a source sent twice counts twice: shares are compared, not records.
struct SeenCounts: Sendable {
    private struct PartnerCounts: Sendable {
        var total = 0
        /// By symbol.
        var records: [Int]
        var events: [Int]
        /// By symbol, the number of the last record that told of it: each counts once.
        var last: [Int]

        init(size: Int) {
            records = Array(repeating: 0, count: size)
            events = records
            last = records
        }
    }

    private var partners: [String: PartnerCounts] = [:]

    /// Counts the events that had happened by `asOf`.
    mutating func add(_ record: ServiceRecord, asOf: Instant, activities: ActivityTable) {
        var counts = partners.removeValue(forKey: record.partner) ?? PartnerCounts(size: activities.names.count)
        counts.total += 1
        for event in record.events where event.at <= asOf && event.symbol != ActivityTable.unknown {
            let symbol = Int(event.symbol)
            counts.events[symbol] += 1
            if counts.last[symbol] != counts.total {
                counts.last[symbol] = counts.total
                counts.records[symbol] += 1
            }
        }
        partners[record.partner] = counts
    }

    mutating func add(_ other: SeenCounts) {
        for (id, counts) in other.partners {
            guard var sum = partners.removeValue(forKey: id) else {
                partners[id] = counts
                continue
            }
            sum.total += counts.total
            for symbol in sum.records.indices {
                sum.records[symbol] += counts.records[symbol]
                sum.events[symbol] += counts.events[symbol]
            }
            partners[id] = sum
        }
    }

    /// Sorted by partner and activity.
    func seen(source: String, activities: ActivityTable) -> [SeenActivity] {
        partners.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.flatMap { id, counts in
            activities.names.indices.compactMap { symbol in
                let isTotal = symbol == Int(ActivityTable.unknown)
                guard isTotal || counts.events[symbol] > 0 else { return nil }
                return SeenActivity(
                    partner: id, source: source, activity: activities.names[symbol],
                    records: isTotal ? counts.total : counts.records[symbol], events: counts.events[symbol], total: counts.total)
            }
        }
    }
}
