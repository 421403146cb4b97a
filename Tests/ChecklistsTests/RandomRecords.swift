import Language
import Timelines

@testable import Checklists

/// Random records on a grid of minutes, so that events, limits and ties fall on the same instants.
struct RandomRecords {
    var dice: Dice

    init(seed: UInt64) { dice = Dice(seed) }

    /// Up to seven events in the first ten minutes; closed by the twelfth, or never.
    mutating func next(number: Int) -> ServiceRecord {
        let source = dice.oneIn(5) ? "poor" : "rich"
        var record = ServiceRecord(
            partner: "p", id: "\(number)", provenance: Provenance(source: source, page: 1, pointer: "", sequence: number))
        record.kind = "support"
        record.function = "support"
        record.severity = dice.oneIn(8) ? nil : dice.pick(["S1", "S2", "S3"])
        record.opened = moment("0s")
        if dice.oneIn(2) { record.attributes.set("promised", .string("\(moment("\(2 * dice.below(6))m"))")) }
        let minutes = (0..<dice.below(8)).map { _ in 2 * dice.below(6) }.sorted()
        for (index, minute) in minutes.enumerated() {
            record.events.append(event(index, minute, source: source, &record.unreadable))
        }
        let last = minutes.last ?? 0
        record.closed = dice.oneIn(3) ? nil : moment("\(last + 2 * dice.below((12 - last) / 2 + 1))m")
        return record
    }

    private mutating func event(
        _ index: Int, _ minute: Int, source: String, _ unreadable: inout Set<UnreadableField>
    ) -> Event {
        let activity = dice.pick(source == "poor" ? ["a", "b"] : ["a", "a", "b", "b", "c", "d", "other"])
        var event = Event(at: moment("\(minute)m"), activity: activity, symbol: 0)
        event.party = dice.pick([nil, .partner, .partner, .customer])
        if dice.oneIn(10) {
            unreadable.insert(UnreadableField("text", event: index, why: "not a text"))
        } else {
            event.text = dice.pick([nil, "x", "x", "y"])
        }
        if dice.oneIn(12) {
            unreadable.insert(UnreadableField("attributes.team", event: index, why: "not a text"))
        } else if !dice.oneIn(4) {
            event.attributes.set("team", .string(dice.pick(["x", "x", "y", "z"])))
        }
        if dice.oneIn(2) {
            let due = moment("\(minute + 2 * dice.below(4))m")
            event.attributes.set("due", .string("\(due)"))
        }
        return event
    }

    static func words(_ record: ServiceRecord) -> String {
        let events = record.events.enumerated().map { index, event in
            let unreadable = record.unreadable.filter { $0.event == index }.map { "!" + $0.path }.sorted().joined(separator: "/")
            let parts = [event.text, event.attributes["team"].map { "\($0)" }].compactMap(\.self).joined(separator: "/")
            return "\(event.activity)@\((event.at - start).components.seconds / 60)(\(parts)\(unreadable))"
        }
        let closed = record.closed.map { "closed@\(($0 - start).components.seconds / 60)" } ?? "open"
        return "\(record.provenance.source) \(record.severity ?? "-") \(closed): " + events.joined(separator: " ")
    }
}
