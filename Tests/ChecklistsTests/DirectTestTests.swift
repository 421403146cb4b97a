import Language
import TestSupport
import Testing
import Timelines

@testable import Checklists

/// A shortcut must never say anything else than the expression that it stands for.
struct DirectTestTests {
    private static let fields = [
        "id", "kind", "severity", "owner", "customer.tier", "customer.preferred_channel", "event.activity", "event.channel",
        "event.text", "event.actor.id", "event.actor.party", "next.activity", "next.actor.role", "attributes.team",
        "event.attributes.team", "next.attributes.team",
    ]
    private static let literals = [#""a""#, #""ä""#, #""S1""#, #""K""#, #""a text longer than fifteen bytes""#, #""""#]
    private static let times = ["opened", "updated", "as_of", "event.at", "next.at", #"timestamp("2026-01-05T09:30:00Z")"#]
    private static let lengths = [
        "next.at - event.at", "event.at - opened", #"duration("30m")"#, #"duration("-1.5s")"#,
        #"(severity == "S1" ? duration("4h") : severity == "S2" ? duration("0s") : duration("72h"))"#,
    ]
    private static let orders = ["<", "<=", ">", ">=", "==", "!="]

    /// Conditions of every plain kind, and joined ones.
    static let expressions: [String] = {
        var random = SeededNumbers(state: 11)
        func one(of choices: [String]) -> String { choices[Int(random.next() % UInt64(choices.count))] }
        var plain: [String] = []
        for field in fields {
            plain.append("has(\(field))")
            plain.append("\(field) == \(one(of: literals))")
            plain.append("\(one(of: literals)) != \(field)")
            plain.append("\(field) in [\(one(of: literals)), \(one(of: literals))]")
        }
        for time in times { plain.append("\(time) \(one(of: orders)) \(one(of: times))") }
        for length in lengths { plain.append("\(length) \(one(of: orders)) \(one(of: lengths))") }
        let joined = (0..<60).map { _ in "\(one(of: plain)) && \(one(of: plain)) || !(\(one(of: plain)))" }
        return plain.filter { !$0.hasPrefix("has(id)") } + joined
    }()

    @Test(arguments: expressions)
    func `a shortcut says what the expression says`(_ text: String) throws {
        let expression = try Expression.compile(text, in: Names.ofPair, expecting: .bool)
        let direct = try #require(Question(expression).direct)
        var random = SeededNumbers(state: 3)
        let source = RecordSource()
        var answers = 0
        for _ in 0..<200 {
            source.record = Self.record(&random)
            source.asOf = moment("2h")
            var bindings = Bindings(slots: Names.slots)
            bindings[Names.recordSlot] = source.recordValue
            bindings[Names.eventSlot] = source.eventValue(0)
            bindings[Names.secondSlot] = source.eventValue(1)
            guard let answer = direct.answer(in: source, event: 0, second: 1) else { continue }
            answers += 1
            #expect(try expression.holds(&bindings) == answer)
        }
        #expect(answers > 0)
    }

    @Test(arguments: [
        "event.activity.startsWith(\"a\")", "events.exists(e, e.activity == \"a\")", "severity == kind",
        "event.attributes.n == 1",
        "cel.bind(x, severity, x == \"S1\")", "severity in [\"a\", kind]", "partner.id == \"p\"",
    ])
    func `what is not plain has no shortcut`(_ text: String) throws {
        #expect(Question(try Expression.compile(text, in: Names.ofPair, expecting: .bool)).direct == nil)
    }

    private static func record(_ random: inout SeededNumbers) -> ServiceRecord {
        let texts = ["a", "ä", "a\u{308}", "S1", "S2", "K", "\u{212A}", "a text longer than fifteen bytes", ""]
        func text() -> String? {
            let choice = Int(random.next() % UInt64(texts.count + 2))
            return choice < texts.count ? texts[choice] : nil
        }
        func instant() -> Instant { start + .nanoseconds(Int64(random.next() % 4) * 1_800_000_000_000 - 1_500_000_000) }
        func value() -> Value? { random.next() % 4 == 0 ? .int(1) : text().map { .string($0) } }
        var record = ServiceRecord(
            partner: "p", id: text() ?? "a", provenance: Provenance(source: "s", page: 1, pointer: "", sequence: 0))
        record.kind = text()
        record.severity = text()
        record.owner = text()
        record.customer.tier = text()
        record.customer.preferredChannel = text()
        record.opened = random.next() % 3 == 0 ? nil : instant()
        record.updated = random.next() % 3 == 0 ? nil : instant()
        if let value = value() { record.attributes.set("team", value) }
        for index in 0..<2 {
            var event = Event(at: instant(), activity: text() ?? "a", symbol: 0)
            event.channel = text()
            event.text = text()
            event.actor.id = text()
            event.actor.role = text()
            event.party = text().map { $0.utf8.count % 2 == 0 ? .partner : .customer }
            if let value = value() { event.attributes.set("team", value) }
            record.events.append(event)
            if random.next() % 5 == 0 { record.unreadable.insert(UnreadableField("channel", event: index, why: "odd")) }
        }
        if random.next() % 5 == 0 { record.unreadable.insert(UnreadableField("severity", why: "odd")) }
        return record
    }
}
