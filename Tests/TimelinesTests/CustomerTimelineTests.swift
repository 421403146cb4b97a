import Language
import Testing

@testable import Timelines

/// The records of one customer as one timeline, and their way there through a spool.
struct CustomerTimelineTests {
    static func at(_ minutes: Int64) -> Instant { Instant(seconds: 1_767_600_000 + 60 * minutes) }

    /// A record whose events are `activity@MINUTE`, in that order.
    static func record(
        _ id: String, _ events: String, partner: String = "p", customer: String? = "acme", source: String = "desk",
        sequence: Int = 0
    ) -> ServiceRecord {
        var record = ServiceRecord(
            partner: partner, id: id, provenance: Provenance(source: source, page: 1, pointer: "/\(sequence)", sequence: sequence)
        )
        record.customer.id = customer
        for word in events.split(separator: " ") {
            let parts = word.split(separator: "@")
            record.events.append(Event(at: at(Int64(parts[1]) ?? 0), activity: String(parts[0]), symbol: 0))
        }
        record.opened = record.events.map(\.at).min()
        return record
    }

    /// `record:activity` of every event.
    static func told(_ timeline: ServiceRecord?) -> String {
        guard let timeline, let merged = timeline.merged else { return "nothing" }
        return zip(merged.ids, timeline.events).map { "\($0):\($1.activity)" }.joined(separator: " ")
    }

    @Test(
        arguments: [
            (["1": "a@0 b@10", "2": "c@5"], "1:a 2:c 1:b"),
            // At one instant: by the bytes of the record's id, then in the record's own order.
            (["10": "b@5 a@5", "9": "c@5"], "10:b 10:a 9:c"),
            (["é": "a@5", "z": "b@5", "Z": "c@5"], "Z:c z:b é:a"),
            // A record whose source keeps another order than that of time.
            (["1": "b@9 a@1", "2": "c@5"], "1:a 2:c 1:b"),
            (["1": "", "2": "a@1"], "2:a"), (["1": "a@1"], "1:a"), (["1": ""], ""), ([:], "nothing"),
        ] as [([String: String], String)])
    func `events stand in the order of time, then of their records`(events: [String: String], expected: String) {
        let records = events.map { Self.record($0.key, $0.value) }
        #expect(Self.told(CustomerTimeline.merge(records)) == expected)
        #expect(Self.told(CustomerTimeline.merge(records.reversed())) == expected)
    }

    @Test func `the whole opens with the earliest, and never closes`() throws {
        var first = Self.record("1", "a@7")
        first.closed = Self.at(9)
        first.updated = Self.at(9)
        var second = Self.record("2", "b@3")
        second.updated = Self.at(8)
        let whole = try #require(CustomerTimeline.merge([first, second]))
        #expect(whole.id == "acme" && whole.partner == "p")
        #expect(whole.opened == Self.at(3) && whole.closed == nil && whole.updated == Self.at(9))
    }

    @Test func `what belongs to a record is there where all agree, what belongs to the customer as the latest tells it`() throws {
        var records = [Self.record("1", "a@1"), Self.record("2", "a@2"), Self.record("3", "a@3")]
        for index in records.indices {
            records[index].kind = "support"
            records[index].severity = ["S1", "S2", "S1"][index]
            records[index].owner = index == 2 ? nil : "dana"
            records[index].customer.tier = ["gold", "key", nil][index]
            records[index].customer.name = ["ACME", "Acme", "acme"][index]
            records[index].attributes.set("x", .int(1))
        }
        records[0].updated = Self.at(100)
        let whole = try #require(CustomerTimeline.merge(records))
        #expect(whole.kind == "support" && whole.severity == nil && whole.owner == nil && whole.attributes.isEmpty)
        #expect(whole.customer.name == "ACME" && whole.customer.tier == "gold")
        records[0].updated = nil
        let other = try #require(CustomerTimeline.merge(records))
        #expect(other.customer.name == "acme" && other.customer.tier == "key")
    }

    @Test func `what could not be read of a record cannot be read of the whole`() throws {
        var first = Self.record("1", "a@1 b@9")
        first.severity = "S1"
        first.customer.tier = "key"
        first.unreadable = [UnreadableField("channel", event: 1, why: "no text")]
        var second = Self.record("2", "c@5")
        second.updated = Self.at(20)
        second.unreadable = [
            UnreadableField("severity", why: "a number"), UnreadableField("customer.tier", why: "a list"),
            UnreadableField("attributes.x", why: "gone"), UnreadableField(UnreadableField.events, why: "no list"),
        ]
        let whole = try #require(CustomerTimeline.merge([first, second]))
        #expect(whole.severity == nil && whole.customer.tier == nil)
        #expect(
            whole.unreadable == [
                UnreadableField("channel", event: 2, why: "no text"),
                UnreadableField("severity", why: "in the record '2': a number"),
                UnreadableField("customer.tier", why: "in the record '2': a list"),
                UnreadableField(UnreadableField.events, why: "in the record '2': no list"),
            ])
        // The latest record to tell the tier tells it, whatever an earlier one has.
        first.updated = Self.at(50)
        #expect(CustomerTimeline.merge([first, second])?.customer.tier == "key")
    }

    static func full() -> ServiceRecord {
        var record = record("r", "a@0 b@1", sequence: 1 << 40)
        record.kind = "support"
        record.function = ""
        record.closed = Instant(seconds: -1, nanoseconds: 999_999_999)
        record.updated = Instant(seconds: Instant.latest.seconds)
        record.severity = "S1"
        record.customer.name = "Ä\u{0}"
        record.customer.tier = "key"
        record.customer.region = "EMEA"
        record.customer.preferredChannel = "phone"
        record.owner = "dana"
        let values: [Value] = [
            .null, .bool(true), .bool(false), .int(.min), .int(.max), .uint(.max), .double(-0.0), .double(.infinity),
            .string(""), .bytes([0, 255]), .timestamp(at(1)), .duration(.seconds(-3) + .nanoseconds(7)),
            .list(.array([.int(1), .list(.array([]))])),
            .map(.entries(MapEntries([(key: .int(1), value: .string("x")), (key: .string("y"), value: .null)]))),
            .optional(.none), .optional(OptionalValue(.int(2))),
        ]
        for (index, value) in values.enumerated() { record.attributes.set("v\(index)", value) }
        record.events[1].symbol = 65_535
        record.events[1].actorID = "u"
        record.events[1].party = .partner
        record.events[1].channel = "phone"
        record.events[1].text = "…"
        record.events[1].attributes.set("n", .double(0.1))
        record.unreadable = [UnreadableField("text", event: 0, why: "no text"), UnreadableField("owner", why: "a number")]
        return record
    }

    /// A value with its type, in words.
    private static func told(_ value: Value) -> String {
        switch value {
        case .list(.array(let values)): "list(" + values.map(told).joined(separator: " ") + ")"
        case .map(.entries(let map)):
            "map(" + map.entries.map { told($0.key) + "=" + told($0.value) }.joined(separator: " ") + ")"
        case .optional(let optional): "optional(" + (optional.value.map(told) ?? "") + ")"
        case .double(let number): "double \(number) \(number.bitPattern)"
        default: "\(value)"
        }
    }

    @Test func `a record survives its bytes, with the types of its values`() throws {
        func told(_ record: ServiceRecord) -> String {
            var rest = record
            rest.unreadable = []
            rest.attributes = Attributes()
            return "\(rest)" + record.attributes.entries.map { "\n\($0.name) \(Self.told($0.value))" }.joined()
        }
        let record = Self.full()
        let decoded = try ServiceRecord(compactBytes: record.compactBytes)
        #expect(told(decoded) == told(record))
        #expect(decoded.unreadable == record.unreadable)
        #expect(told(record).contains("optional(int(2))"))
    }

    @Test func `cut bytes are an error`() {
        let bytes = Self.full().compactBytes
        for count in bytes.indices {
            #expect(throws: RowDecodingError.self) { try ServiceRecord(compactBytes: Array(bytes.prefix(count))) }
        }
    }

    @Test(arguments: [1, 300, 64 << 20])
    func `readings come back by their keys, in memory and from the file, in whatever order they were added`(limit: Int) throws {
        var records: [ServiceRecord] = []
        for partner in ["p", "p\u{0}", "q"] {
            for customer in ["", "a", "ab", "b"] {
                for id in ["1", "10", "2"] {
                    for sequence in 0..<2 {
                        records.append(
                            Self.record(id, "a@\(sequence)", partner: partner, customer: customer, sequence: sequence))
                    }
                }
            }
        }
        func wants(_ partner: String) -> [[UInt8]] {
            records.filter { $0.partner.utf8.elementsEqual(partner.utf8) && $0.provenance.sequence == 1 }.compactMap {
                CustomerSpool.Key(customer: $0.customer.id, record: $0.id, provenance: $0.provenance)?.bytes
            }.sorted { $0.lexicographicallyPrecedes($1) }
        }
        #expect(wants("p").count == 9)
        for order in [records, records.reversed()] {
            let spool = CustomerSpool(memoryLimit: limit)
            for record in order { try spool.add([record]) }
            var readings = try spool.readings()
            for partner in ["p", "p\u{0}", "q"] {
                for key in wants(partner) {
                    let record = try key.withUnsafeBytes { try readings.reading(partner, $0) }
                    #expect(record.provenance.sequence == 1 && record.partner == partner)
                    #expect(record.events.first?.at == Self.at(1))
                }
            }
        }
    }

    @Test func `a reading that is not there is an error`() throws {
        let spool = CustomerSpool()
        var readings = try spool.readings()
        #expect(throws: SpillError.self) { try [UInt8(1)].withUnsafeBytes { _ = try readings.reading("p", $0) } }
    }
}
