import Fetching
import Foundation
import Language
import TestSupport
import Testing

@testable import Timelines

/// Payloads as six systems really send them, with mappings and results that were worked out apart from this project.
struct SixSystemsTests {
    /// A system's payload, and how its expressions reach into it: theirs name the parts of the payload, ours begin at `it`.
    struct System: Sendable, CustomTestStringConvertible {
        let name: String
        var roots: [String: String] = [:]
        /// Where theirs compare with null: for us a null is absent, so the same is said with `?`.
        var overrides: [String: String] = [:]
        var groupBy: String?

        var testDescription: String { name }
    }

    static let systems = [
        System(name: "zendesk", roots: ["ticket.": "it.ticket.", "audits": "it.audits"]),
        System(
            name: "jira", roots: ["issue.": "it.issue."],
            overrides: [
                "closed_at":
                    #"it.issue.fields.?resolutiondate.optMap(t, parseTime(t, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC"))"#
            ]),
        System(name: "servicenow", roots: ["incident.": "it.incident.", "audit": "it.audit"]),
        System(
            name: "salesforce", roots: ["this.": "it.case.", "history": "it.history"],
            overrides: ["tier": #"it.case.?Account.?Tier__c.orValue("standard")"#]),
        System(name: "github", roots: ["issue.": "it.issue.", "timeline": "it.timeline"]),
        System(name: "csv", groupBy: #"row["Case ID"]"#),
    ]

    @Test(arguments: SixSystemsTests.systems)
    func `a system's payload becomes the record that was worked out for it`(system: System) throws {
        guard let bytes = Shared.bytes("conformance/mappings/six-systems.json") else { return }
        let all = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: [String: Any]])
        let given = try #require(all[system.name])
        let cel = try #require(given["cel"] as? [String: Any])
        let expected = try #require(given["cel_result"] as? [String: Any])

        let records = try map(try payload(of: given, system), with: try keys(of: cel, system))
        #expect(records.count == 1)
        let record = try #require(records.first)
        #expect(record.unreadable.isEmpty, "\(record.unreadable)")
        #expect(record.id == expected["id"] as? String)
        #expect(record.kind == expected["kind"] as? String)
        #expect(record.opened?.description == expected["opened_at"] as? String)
        #expect(record.closed?.description == expected["closed_at"] as? String)
        #expect(record.severity == expected["severity"] as? String)
        #expect(record.customer.tier == expected["tier"] as? String)
        #expect(record.events.map(Self.fields) == expected["events"] as? [[String: String]])
    }

    private static func fields(of event: Event) -> [String: String] {
        var fields = ["at": event.at.description, "kind": event.activity]
        for (name, value) in event.attributes.entries { if case .string(let text) = value { fields[name] = text } }
        return fields
    }

    /// A page: the list of the records, or of the rows where rows are grouped.
    private func payload(of given: [String: Any], _ system: System) throws -> [UInt8] {
        let input = try #require(given["input"] as? [String: Any])
        let list = system.groupBy == nil ? [input] : try #require(input["rows"] as? [Any])
        return [UInt8](try JSONSerialization.data(withJSONObject: list))
    }

    /// The keys of a source, as JSON, which is YAML.
    private func keys(of cel: [String: Any], _ system: System) throws -> String {
        func ours(_ expression: String) -> String {
            for (theirs, ours) in system.roots {
                if expression == theirs { return ours }
                if theirs.hasSuffix("."), expression.contains(theirs) { return expression.replacing(theirs, with: ours) }
            }
            return expression
        }
        let theirs = try #require(cel["record"] as? [String: String])
        let names = ["opened_at": "opened", "closed_at": "closed"]
        var map: [String: Any] = [:]
        for (name, expression) in theirs {
            let expression = system.overrides[name] ?? ours(expression)
            if name == "tier" { map["customer"] = ["tier": expression] } else { map[names[name] ?? name] = expression }
        }
        map["events"] = try #require(cel["events"] as? [[String: Any]]).map { entry in
            let loops = try #require(entry["for"] as? [[String]])
            let emit = try #require(entry["emit"] as? [String: String])
            var event: [String: Any] = ["for": loops.map { "\($0[0]) in \(ours($0[1]))" }]
            event["when"] = entry["when"]
            event["at"] = emit["at"]
            event["activity"] = emit["kind"]
            event["attributes"] = emit.filter { $0.key != "at" && $0.key != "kind" }
            return event
        }
        var source: [String: Any] = ["partner": "one", "map": map]
        source["group_by"] = system.groupBy
        let data = try JSONSerialization.data(withJSONObject: source, options: [.withoutEscapingSlashes, .sortedKeys])
        return String(decoding: data, as: UTF8.self)
    }

    private func map(_ payload: [UInt8], with yaml: String) throws -> [ServiceRecord] {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read(yaml, file: "source", diagnostics: diagnostics))
        var keys = try #require(YAMLMapping(node, "source", diagnostics))
        let partner = keys.text("partner")
        let mapping = Mapping.load(&keys, source: "desk", format: .json, partner: partner)
        keys.finish()
        let usable = try #require(mapping, "\(diagnostics.sorted.map(\.message))")
        #expect(diagnostics.sorted.isEmpty, "\(diagnostics.sorted.map(\.message))")
        var reader = RecordReader(source: "desk", mapping: usable, format: .json, activities: ActivityTable([]))
        try reader.consume(.page(Page(number: 1, document: JSONDocument(parsing: payload))))
        try reader.finish()
        var records: [ServiceRecord] = []
        while let work = reader.next() {
            let batch = work.run()
            records += batch.records
            #expect(batch.rejections.isEmpty, "\(batch.rejections)")
            #expect(batch.eventRejections.isEmpty, "\(batch.eventRejections)")
        }
        return records
    }
}
