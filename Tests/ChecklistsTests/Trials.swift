import Language
import Testing
import Timelines

@testable import Checklists

/// One row of a table of checks: a check, a record in shorthand, and what the judge must say.
struct Row: CustomTestStringConvertible, Sendable {
    let check: String
    let events: String
    let closed: String?
    let asOf: String
    let expected: String
    var item = ""
    var head = ""
    var severity: String?

    /// `expected` is the verdict and, where they matter, `met` or `missed` and `due=LENGTH`.
    init(
        _ check: String, _ events: String, closed: String? = nil, asOf: String = "100d", _ expected: String = "",
        item: String = "",
        head: String = "", severity: String? = "S2"
    ) {
        self.check = check
        self.events = events
        self.closed = closed
        self.asOf = asOf
        self.expected = expected
        self.item = item
        self.head = head
        self.severity = severity
    }

    var testDescription: String { "\(check) | \(events) | closed \(closed ?? "-") | \(asOf)" }

    func judged() throws -> ItemVerdict {
        let diagnostics = Diagnostics()
        let checklists = ChecklistLoader.load(
            files: [("t.yaml", Self.checklist(check: check, item: item, head: head))], diagnostics: diagnostics)
        guard let checklist = checklists.first, !diagnostics.hasErrors else {
            throw Wrong(text: diagnostics.sorted.map(\.description).joined(separator: "\n"))
        }
        let activities = ActivityTable(checklist.activityNames)
        let judge = Judge(
            checklists: [checklist], activities: activities, partners: nil, producible: ["poor": .only(["a", "b"])],
            asOf: moment(asOf), settle: .seconds(30 * 86400), calendars: Self.calendars)
        return judge.judge(try record().numbered(by: activities)).verdicts[0]
    }

    /// `office`: from nine to five on working days, UTC; `day` the same with a length of day. The tables start on a Monday at nine.
    static let calendars = Dictionary(
        uniqueKeysWithValues: [("office", nil), ("day", Int64(8 * 3600))].map { name, day in
            let hours = [9 * 3600..<17 * 3600]
            return (
                name,
                BusinessCalendar(name: name, zone: .utc, week: [[], hours, hours, hours, hours, hours, []], day: day)
            )
        })

    static func checklist(check: String, item: String = "", head: String = "") -> String {
        """
        touchline: checklist/1
        id: t
        title: T
        version: 1.0.0
        activities: [a, b, c, d]
        \(head.isEmpty ? "define: {either: 'event.activity in [\"a\", \"b\"]', said: 'event.text == \"x\"'}" : head)
        items:
          - id: I
            title: One
            \(item.isEmpty ? "level: major" : item)
            check: \(check)

        """
    }

    /// Events are `activity@LENGTH` with optional `/KEY=VALUE`: `actor`, `party`, `text`, or an attribute; `!KEY` is unreadable.
    /// A leading `poor:` names a source that only tells a and b.
    func record() throws -> ServiceRecord {
        var words = events.split(separator: " ")
        var source = "rich"
        if words.first == "poor:" {
            source = "poor"
            words.removeFirst()
        }
        var record = ServiceRecord(
            partner: "p", id: "1", provenance: Provenance(source: source, page: 1, pointer: "/0", sequence: 0))
        record.kind = "support"
        record.function = "support"
        record.severity = severity
        record.opened = moment("0s")
        record.closed = closed.map(moment)
        for (index, word) in words.enumerated() {
            let parts = word.split(separator: "/")
            let named = parts[0].split(separator: "@")
            var event = Event(at: moment(named.count > 1 ? String(named[1]) : "\(index)m"), activity: String(named[0]), symbol: 0)
            for part in parts.dropFirst() {
                if part.hasPrefix("!") {
                    record.unreadable.insert(UnreadableField(String(part.dropFirst()), event: index, why: "not a value"))
                    continue
                }
                let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let value = String(pair[1])
                switch pair[0] {
                case "actor": event.actor.id = value
                case "party": event.party = Party(rawValue: value)
                case "text": event.text = value
                default: event.attributes.set(String(pair[0]), Int64(value).map { .int($0) } ?? .string(value))
                }
            }
            record.events.append(event)
        }
        return record
    }
}

/// A table's row that is itself wrong.
struct Wrong: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}

/// Instants in tables are lengths after this one.
let start = Instant(rfc3339: "2026-01-05T09:00:00Z") ?? Instant(seconds: 0)

func moment(_ length: String) -> Instant {
    start + (Duration(length: length) ?? .zero)
}

/// A verdict as the tables write it.
func told(_ verdict: ItemVerdict) -> String {
    var text = verdict.verdict.rawValue
    switch verdict.rate {
    case .met: text += " met"
    case .missed: text += " missed"
    case .none: break
    }
    if let due = verdict.due { text += " due=" + Limit.text((due - start).components.seconds) }
    return text
}
