import Fetching
import Foundation
import Language
import TestSupport
import Testing

@testable import Timelines

/// The payloads of `six-systems.json` through the presets: what was worked out for hand-written mappings, in the activities of
/// our checklists.
struct PresetSystemsTests {
    struct System: Sendable, CustomTestStringConvertible {
        let name: String
        /// Where the record and its history lie in the payload, and the list of the record that the history becomes.
        let record: String
        var history: (from: String, to: String)?
        /// What every installation names for itself.
        let own: String
        /// Their event, as `kind from to`, in the vocabulary of the checklists.
        let activities: [String: String]

        var testDescription: String { name }
    }

    static let systems = [
        System(
            name: "zendesk", record: "ticket", history: ("audits", "audits"),
            own: #"customer: {tier: 'it.custom_fields.filter(f, f.id == 360).map(f, f.value)[?0].orValue("standard")'}"#,
            activities: ["message": "customer_update", "status new open": "work_started"]),
        System(
            name: "jira", record: "issue",
            own: #"customer: {tier: 'it.fields.?customfield_10050.value.orValue("standard").lowerAscii()'}"#,
            activities: ["status To Do In Progress": "work_started"]),
        System(
            name: "servicenow", record: "incident", history: ("audit", "changes"), own: "",
            activities: ["status 1 2": "work_started", "handover L1 L2": "reassigned"]),
        System(
            name: "salesforce", record: "case", history: ("history", "history"),
            own: #"customer: {tier: 'it.?Account.?Tier__c.orValue("standard")'}"#,
            activities: ["status New Working": "work_started", "escalation": "escalated"]),
        System(
            name: "github", record: "issue", history: ("timeline", "timeline"), own: "",
            activities: ["message": "customer_update", "escalation": "escalated"]),
    ]

    @Test(arguments: PresetSystemsTests.systems)
    func `a preset makes of a payload what was worked out for it`(system: System) throws {
        guard let bytes = Shared.bytes("conformance/mappings/six-systems.json") else { return }
        let all = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: [String: Any]])
        let given = try #require(all[system.name])
        let expected = try #require(given["cel_result"] as? [String: Any])
        let payload = try #require(given["input"] as? [String: Any])
        let record = try #require(try map(payload, system))
        #expect(record.id == expected["id"] as? String)
        #expect(record.opened?.description == expected["opened_at"] as? String)
        #expect(record.closed?.description == expected["closed_at"] as? String)
        if let kind = expected["kind"] as? String { #expect(record.kind == kind) }
        if let severity = expected["severity"] as? String { #expect(record.severity == severity) }
        #expect(record.customer.tier == expected["tier"] as? String)
        for event in try #require(expected["events"] as? [[String: String]]) {
            let (kind, from, to) = (event["kind"] ?? "", event["from"] ?? "", event["to"] ?? "")
            let activity = try #require(system.activities["\(kind) \(from) \(to)"] ?? system.activities[kind], "\(event)")
            let isThere = record.events.contains { found in
                guard found.at.description == event["at"], found.activity == activity else { return false }
                if kind == "message" { return found.actor.id == from }
                return kind == "escalation" || Self.text(found, "from") == from && Self.text(found, "to") == to
            }
            #expect(isThere, "\(event) is not among \(record.events.map { "\($0.at) \($0.activity)" })")
        }
    }

    private static func text(_ event: Event, _ name: String) -> String? {
        if case .string(let text)? = event.attributes[name] { text } else { nil }
    }

    private func map(_ payload: [String: Any], _ system: System) throws -> ServiceRecord? {
        var row = try #require(payload[system.record] as? [String: Any])
        if let history = system.history { row[history.to] = payload[history.from] }
        let page = try JSONSerialization.data(withJSONObject: [row])
        let loaded = try PresetKeysTests.load(
            """
            {id: s, partner: p, preset: \(system.name), url: 'https://desk.example/a', records: 'body', map: {\(system.own)}}
            """)
        let mapping = try #require(loaded.mapping, "\(loaded.problems)")
        var reader = RecordReader(source: "s", mapping: mapping, format: .json, activities: ActivityTable([]))
        try reader.consume(.page(Page(number: 1, document: JSONDocument(parsing: [UInt8](page)))))
        try reader.finish()
        var records: [ServiceRecord] = []
        while let work = reader.next() { records += work.run().records }
        #expect(records.count == 1)
        return records.first
    }
}
