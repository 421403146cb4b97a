import Foundation

/// How many of one source's records of a partner told of an activity, and how often.
package struct SeenActivity: Hashable, Sendable {
    package let partner: String
    package let source: String
    /// Empty: any or none, to say how many records there were.
    package let activity: String
    /// The records that have it.
    package let records: Int
    package let events: Int
    /// All records.
    package let total: Int

    package init(partner: String, source: String, activity: String, records: Int, events: Int, total: Int) {
        self.partner = partner
        self.source = source
        self.activity = activity
        self.records = records
        self.events = events
        self.total = total
    }
}

/// Activities that a source told of far less than at the last audit: what rests on them may look other than it is.
///
/// Practically clear: the share has at least halved, and at least thirty more records would have been expected to tell of
/// it. Statistically clear: so few come by chance less than once in a thousand times, even if the share had been as low
/// before as its 99 % interval (Wilson) allows.
package enum SilencedActivities {
    private static let fewestExpected = 30.0
    private static let largestChance = 0.001

    /// Sentences by partner, in the order of sources and activities.
    package static func caveats(now: [SeenActivity], before: [SeenActivity]) -> [String: [String]] {
        let current = Dictionary(now.map { (Key($0), $0) }, uniquingKeysWith: { first, _ in first })
        var caveats: [String: [String]] = [:]
        let ordered = before.filter { !$0.activity.isEmpty && $0.total > 0 }.sorted { Key($0) < Key($1) }
        for earlier in ordered {
            guard let all = current[Key(earlier, activity: "")], all.total > 0 else { continue }
            let records = current[Key(earlier)]?.records ?? 0
            guard hasFallen(earlier, to: records, of: all.total) else { continue }
            caveats[earlier.partner, default: []].append(sentence(earlier, records, of: all.total))
        }
        return caveats
    }

    private static func hasFallen(_ earlier: SeenActivity, to records: Int, of total: Int) -> Bool {
        let share = Double(earlier.records) / Double(earlier.total)
        let expected = share * Double(total)
        guard expected >= fewestExpected, Double(records) <= expected / 2 else { return false }
        let lowest = WilsonInterval(earlier.records, of: earlier.total, alpha: 0.01).low
        return Binomial.lowerTail(records, of: total, lowest) < largestChance
    }

    private static func sentence(_ earlier: SeenActivity, _ records: Int, of total: Int) -> String {
        let now = Figures.percent(Double(records) / Double(total))
        let before = Figures.percent(Double(earlier.records) / Double(earlier.total))
        return "source '\(earlier.source)' tells of '\(earlier.activity)' in \(now) of \(Figures.count(total, "record")), "
            + "after \(before) of \(Figures.count(earlier.total)) at the last audit: what rests on it may look other than it is"
    }

    private struct Key: Hashable, Comparable {
        let parts: [String]

        init(_ seen: SeenActivity, activity: String? = nil) {
            parts = [seen.partner, seen.source, activity ?? seen.activity]
        }

        static func < (a: Key, b: Key) -> Bool {
            a.parts.lexicographicallyPrecedes(b.parts) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
    }
}
