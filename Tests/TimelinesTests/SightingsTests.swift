import Language
import Testing

@testable import Timelines

/// Which readings of a record hold, when several pulls found it.
struct SightingsTests {
    /// `PULL PARTNER ID`, then what it says: `o` and a number for when it was opened, `u` for when it was updated, `x` where it
    /// could not be read. The sequence counts up.
    private static func superseded(_ lines: [String], shuffled: Bool) throws -> (found: SupersededReadings, left: [String]) {
        let sightings = Sightings()
        var all: [(line: String, partner: String, record: String)] = []
        var added: [Sightings.Sighting] = []
        for (sequence, line) in lines.enumerated() {
            let words = line.split(separator: " ").map(String.init)
            let partner = words[1] == "-" ? "" : words[1]
            var sighting = Sightings.Sighting(
                lost: words[2], partner: partner, pull: try #require(Int(words[0])), sequence: sequence)
            sighting.isKept = !words.contains("x")
            for word in words.dropFirst(3) where word != "x" {
                let instant = Instant(seconds: try #require(Int64(word.dropFirst())))
                if word.hasPrefix("o") { sighting.opened = instant } else { sighting.updated = instant }
            }
            added.append(sighting)
            all.append((line, partner, words[2]))
        }
        if shuffled { added.reverse() }
        for sighting in added { try sightings.add([sighting]) }
        let found = try sightings.superseded()
        let left = all.enumerated().filter { sequence, reading in
            var (partner, record) = (reading.partner, reading.record)
            return !partner.withUTF8 { partner in
                record.withUTF8 { record in
                    found.contains(
                        partner: UnsafeRawBufferPointer(partner), record: UnsafeRawBufferPointer(record), sequence: sequence)
                }
            }
        }
        return (found, left.map(\.element.line).filter { !$0.hasSuffix(" x") })
    }

    /// What the pulls found, which readings may hold, and how many records are lost and moved.
    private static let rows: [(name: String, pulls: [String], left: [String], lost: Int, moved: Int)] = [
        ("the same place", ["0 a 1", "1 a 1"], ["0 a 1", "1 a 1"], 0, 0),
        ("another partner", ["0 a 1", "1 b 1"], ["1 b 1"], 0, 1),
        ("another partner, opened when it was", ["0 a 1 o5", "1 b 1 o5"], ["1 b 1 o5"], 0, 1),
        ("there and back", ["0 a 1", "1 b 1", "2 a 1"], ["0 a 1", "2 a 1"], 0, 1),
        ("a partner whom nobody audits", ["0 a 1", "1 z 1 x"], [], 0, 1),
        ("an old reading that comes late", ["0 a 1 u9", "1 b 1 u5"], ["0 a 1 u9"], 0, 1),
        ("two partners at once, one record", ["0 a 1 o5", "1 a 1 o5", "1 b 1 o5"], ["0 a 1 o5", "1 a 1 o5", "1 b 1 o5"], 0, 0),
        (
            "two partners at once, two records: each counts its own",
            ["0 a 1 o5", "0 b 1 o6", "0 a 2 o7", "1 b 2 o8"], ["0 a 1 o5", "0 b 1 o6", "0 a 2 o7", "1 b 2 o8"], 0, 0
        ),
        ("a reading that cannot be read", ["0 a 1", "1 a 1 x"], [], 1, 0),
        ("one before a reading that can", ["0 a 1", "1 a 1 x", "2 a 1"], ["2 a 1"], 0, 0),
        ("one beside a reading that can", ["0 a 1", "1 a 1", "1 a 1 x"], ["0 a 1", "1 a 1"], 0, 0),
        ("one that does not tell the partner", ["0 a 1", "1 - 1 x"], [], 1, 0),
        ("another record's", ["0 a 1", "1 a 2 x"], ["0 a 1"], 0, 0),
        ("one at another partner", ["0 a 1", "1 b 1 x"], [], 0, 1),
        ("none before", ["1 a 1 x"], [], 0, 0),
    ]

    @Test(arguments: rows.indices) func `a reading holds until a newer one says otherwise`(index: Int) throws {
        let row = Self.rows[index]
        for shuffled in [false, true] {
            let (found, left) = try Self.superseded(row.pulls, shuffled: shuffled)
            #expect(left == row.left, "\(row.name)")
            #expect(found.lost == row.lost && found.moved == row.moved, "\(row.name): \(found.lost) \(found.moved)")
        }
    }
}
