import Language
import Scoring
import Timelines

/// How many records of each partner told of which activity: counted a batch at a time, and added up in any order.
///
/// Every reading of a record counts, so one that a source sent twice counts twice: shares are compared, not records.
struct SeenCounts: Sendable {
    /// Partners by the order in which they came, and where each one's counts are: one piece of memory for all of them, since
    /// this is done for every event.
    private var partners = NameTable()
    /// A partner's records; then by symbol the records that told of it, and the events.
    private var counts: [Int] = []
    /// By symbol, the number of the last record that told of it: each counts once.
    private var last: [Int] = []
    private var recordNumber = 0
    /// How many symbols there are.
    private let size: Int

    private var stride: Int { 1 + 2 * size }

    /// Nothing so far, of whatever activities.
    init() { size = 0 }

    init(_ activities: ActivityTable) {
        size = activities.names.count
        last = Array(repeating: 0, count: size)
    }

    /// Counts the events that had happened by `asOf`.
    mutating func add(_ record: borrowing ServiceRecord, asOf: Instant) {
        let base = number(of: record.partner) * stride
        recordNumber += 1
        let (number, size) = (recordNumber, size)
        record.events.withUnsafeBufferPointer { events in
            counts.withUnsafeMutableBufferPointer { counts in
                last.withUnsafeMutableBufferPointer { last in
                    counts[base] += 1
                    for index in events.indices where events[index].at <= asOf {
                        let symbol = Int(events[index].symbol)
                        guard symbol != Int(ActivityTable.unknown) else { continue }
                        counts[base + 1 + size + symbol] += 1
                        guard last[symbol] != number else { continue }
                        last[symbol] = number
                        counts[base + 1 + symbol] += 1
                    }
                }
            }
        }
    }

    private mutating func number(of partner: String) -> Int {
        let number = partners.number(of: partner)
        if number * stride == counts.count { counts += repeatElement(0, count: stride) }
        return number
    }

    mutating func add(_ other: SeenCounts) {
        guard size > 0 else { return self = other }
        for (theirs, partner) in other.partners.names.enumerated() {
            let own = number(of: String(decoding: partner, as: UTF8.self)) * stride
            for place in 0..<stride { counts[own + place] += other.counts[theirs * stride + place] }
        }
    }

    /// Sorted by partner and activity.
    func seen(source: String, activities: ActivityTable) -> [SeenActivity] {
        let names = partners.names
        return names.indices.sorted { names[$0].lexicographicallyPrecedes(names[$1]) }.flatMap { number in
            let id = String(decoding: names[number], as: UTF8.self)
            let own = counts[number * stride..<(number + 1) * stride]
            let (total, records, events) = (own[own.startIndex], own.dropFirst(), own.dropFirst(1 + size))
            return (0..<size).compactMap { symbol -> SeenActivity? in
                let isTotal = symbol == Int(ActivityTable.unknown)
                let happened = events[events.startIndex + symbol]
                guard isTotal || happened > 0 else { return nil }
                return SeenActivity(
                    partner: id, source: source, activity: activities.names[symbol],
                    records: isTotal ? total : records[records.startIndex + symbol], events: happened, total: total)
            }
        }
    }
}
