import Language

/// Where the pulls of an incremental source found its records, and which readings no longer hold because of it: those of a
/// record that is another partner's since, and those before one that could not be read.
///
/// All readings are sorted by record, in memory or in a temporary file. They may be added from any thread and in any order.
package final class Sightings: Sendable {
    /// One reading of a record, without what it says.
    package struct Sighting: Hashable, Sendable {
        /// Empty where the reading does not tell.
        var partner: String
        var record: String
        /// Counts the pulls, the earliest first.
        var pull: Int
        /// As in `Provenance`.
        var sequence: Int
        var opened: Instant?
        var updated: Instant?
        /// False where it could not be mapped, or is of a partner that nobody asks about: then nothing of it is judged.
        var isKept: Bool

        package init(_ record: borrowing ServiceRecord, pull: Int) {
            partner = record.partner
            self.record = record.id
            self.pull = pull
            sequence = record.provenance.sequence
            opened = record.opened
            updated = record.updated
            isKept = true
        }

        /// A reading that is not judged.
        package init(lost record: String, partner: String, pull: Int, sequence: Int) {
            self.partner = partner
            self.record = record
            self.pull = pull
            self.sequence = sequence
            isKept = false
        }

        /// Whether of two readings this one, which came later, is the newer.
        fileprivate func replaces(_ earlier: Sighting) -> Bool {
            guard let updated, let before = earlier.updated else { return true }
            return updated >= before
        }
    }

    private let sort = SpillingSort(memoryLimit: 4 << 20)

    package init() {}

    package func add(_ sightings: some Sequence<Sighting>) throws(SpillError) {
        try sort.withBatch { rows in
            for sighting in sightings { rows.add(group: "", key: Array(sighting.record.utf8), payload: sighting.packed) }
        }
    }

    /// Which readings do not hold. Called once, when all are added.
    package func superseded() throws(SpillError) -> SupersededReadings {
        var rows = sort.sorted()
        var found = SupersededReadings()
        var record: [UInt8] = []
        var sightings: [Sighting] = []
        while let row = try rows.next() {
            if !row.key.elementsEqual(record) {
                found.settle(sightings)
                sightings.removeAll(keepingCapacity: true)
                record = Array(row.key)
            }
            sightings.append(try Sighting(String(decoding: row.key, as: UTF8.self), unpacking: Array(row.payload)))
        }
        found.settle(sightings)
        found.finish()
        return found
    }
}

/// Readings of the records of one source that count for nothing.
package struct SupersededReadings: Sendable {
    private struct Reading: Hashable {
        let partner: String
        let record: String
    }

    /// A reading that could not be mapped: those of the record before it do not hold.
    private struct Limit {
        let reading: Reading
        let sequence: Int
        /// None that could be mapped came later.
        let isLast: Bool
    }

    /// The first reading that may hold, by partner and record.
    private var limits: [Reading: Int] = [:]
    /// Records that were found at another partner later, while ids seem to be the source's own.
    private var moves: Set<Reading> = []
    /// The same where the reading that could not be mapped does not tell the partner.
    private var nameless: [Limit] = []
    /// One id was two records of two partners at once: then each partner counts its own.
    private var isPerPartner = false
    private var lostReadings: Set<Reading> = []
    /// Records none of whose readings holds, since the last one could not be read.
    package private(set) var lost = 0
    /// Records that were another partner's before.
    package private(set) var moved = 0

    package init() {}

    package var isEmpty: Bool { limits.isEmpty }

    /// Whether a reading counts for nothing.
    package func contains(partner: UnsafeRawBufferPointer, record: UnsafeRawBufferPointer, sequence: Int) -> Bool {
        let reading = Reading(
            partner: String(decoding: partner, as: UTF8.self), record: String(decoding: record, as: UTF8.self))
        return limits[reading].map { sequence < $0 } ?? false
    }

    /// Takes all readings of one id.
    fileprivate mutating func settle(_ unsorted: [Sightings.Sighting]) {
        guard unsorted.count > 1 else { return }
        let kept = Set(unsorted.filter(\.isKept).map(\.pull))
        // What could not be read says nothing where the same pull brought a reading that could.
        let sightings = unsorted.filter { $0.isKept || !kept.contains($0.pull) }.sorted {
            ($0.sequence, $0.partner) < ($1.sequence, $1.partner)
        }
        if Self.tellsApart(sightings) { isPerPartner = true }
        let partners = Set(sightings.filter(\.isKept).map(\.partner))
        for partner in partners {
            let reading = Reading(partner: partner, record: sightings[0].record)
            let last = sightings.last { $0.isKept && $0.partner == partner }?.sequence ?? 0
            for sighting in sightings where !sighting.isKept {
                let limit = Limit(reading: reading, sequence: sighting.sequence, isLast: sighting.sequence > last)
                if sighting.partner.isEmpty { nameless.append(limit) } else if sighting.partner == partner { take(limit) }
            }
        }
        guard let first = sightings.first else { return }
        let newest = sightings.dropFirst().reduce(first) { $1.replaces($0) ? $1 : $0 }
        guard !newest.partner.isEmpty else { return }
        let current = Set(sightings.filter { $0.pull == newest.pull }.map(\.partner))
        for partner in partners.subtracting(current) { moves.insert(Reading(partner: partner, record: newest.record)) }
    }

    /// Whether one pull found one id at two partners, opened at different times.
    private static func tellsApart(_ sightings: [Sightings.Sighting]) -> Bool {
        let kept = sightings.filter(\.isKept)
        return kept.contains { one in
            kept.contains { $0.pull == one.pull && $0.partner != one.partner && $0.opened != one.opened }
        }
    }

    private mutating func take(_ limit: Limit) {
        if limit.isLast { lostReadings.insert(limit.reading) }
        limits[limit.reading] = max(limits[limit.reading] ?? limit.sequence, limit.sequence)
    }

    fileprivate mutating func finish() {
        if !isPerPartner {
            for limit in nameless { take(limit) }
            moved = moves.count
            for reading in moves { limits[reading] = .max }
            lostReadings.subtract(moves)
        }
        lost = lostReadings.count
        (moves, nameless, lostReadings) = ([], [], [])
    }
}

extension Sightings.Sighting {
    fileprivate var packed: [UInt8] {
        var writer = CompactWriter()
        writer.text(partner)
        writer.number(pull)
        writer.number(sequence)
        writer.optional(opened)
        writer.optional(updated)
        writer.byte(isKept ? 1 : 0)
        return writer.bytes
    }

    fileprivate init(_ record: String, unpacking bytes: [UInt8]) throws(SpillError) {
        do throws(RowDecodingError) {
            var reader = CompactReader(bytes)
            self.init(lost: record, partner: try reader.text(), pull: try reader.number(), sequence: try reader.number())
            opened = try reader.optionalInstant()
            updated = try reader.optionalInstant()
            isKept = try reader.byte() == 1
        } catch {
            throw SpillError(description: error.description)
        }
    }
}
