import Foundation
import Language
import TestSupport
import Testing
import Timelines

@testable import Checklists

/// Every template of Declare as somebody would write it down: loaded from YAML and judged as any record is.
struct DeclareLanguageTests {
    private struct Vectors: Decodable {
        let vectors: [Vector]
    }

    private struct Vector: Decodable {
        let template: String
        let trace: String
        let open: String
        let closed: String
        let vacuous: Bool?
        let activations: Int?
    }

    /// The vectors' names, ours for them, and the events that activate them. Where Declare lets one event be both, or is not
    /// activated where ours is, the language says so: `only_a` is an a that is no b, `never` does not happen.
    private static let templates: [(name: String, check: String, activation: String?)] = [
        ("existence(1)", "{existence: A}", nil), ("existence(2)", "{count: {of: A, at_least: 2}}", nil),
        ("existence(3)", "{count: {of: A, at_least: 3}}", nil), ("absence(1)", "{absence: A}", nil),
        ("absence(2)", "{count: {of: A, at_most: 1}}", nil), ("absence(3)", "{count: {of: A, at_most: 2}}", nil),
        ("exactly(1)", "{count: {of: A, exactly: 1}}", nil), ("exactly(2)", "{count: {of: A, exactly: 2}}", nil),
        ("init", "{first: A}", nil), ("end", "{last: A}", nil), ("choice", "{choice: [A, B]}", nil),
        ("exclusive_choice", "{exclusive_choice: [A, B]}", nil),
        ("responded_existence", "{responded_existence: {if: A, expect: B}}", "A"),
        ("co_existence", "{coexistence: [A, B]}", "either"), ("response", response, "A"),
        ("response_strict", "{response: {after: A, expect: B}}", "A"),
        ("alternate_response", alternateResponse, "A"), ("chain_response", chainResponse, "A"),
        ("precedence", precedence, "B"), ("precedence_strict", "{precedence: {before: B, require: A}}", "B"),
        ("alternate_precedence", alternatePrecedence, "B"), ("chain_precedence", chainPrecedence, "B"),
        ("succession", "{all_of: [\(response), \(precedence)]}", "either"),
        // Whatever is both an a and a b can only break this one later: said outright.
        (
            "alternate_succession",
            "{all_of: [\(alternateResponse), \(alternatePrecedence), {each: {event: both, holds: 'false'}}]}", "either"
        ),
        ("chain_succession", "{all_of: [\(chainResponse), \(chainPrecedence)]}", "either"),
        ("not_responded_existence", "{not_coexistence: [A, B]}", "A"),
        ("not_co_existence", "{not_coexistence: [A, B]}", "either"),
        ("not_response", notResponse, "A"),
        ("not_precedence", "{all_of: [\(notResponse), {not_response: {after: B, never: never}}]}", "B"),
        ("not_succession", "{all_of: [\(notResponse), {not_response: {after: either, never: never}}]}", "either"),
        ("not_chain_response", notChainResponse, "A"),
        ("not_chain_precedence", "{all_of: [\(notChainResponse), {not_response: {after: B, never: never}}]}", "B"),
        ("not_chain_succession", "{all_of: [\(notChainResponse), {not_response: {after: either, never: never}}]}", "either"),
    ]

    private static let response =
        "{all_of: [{response: {after: only_a, expect: B}}, {not_response: {after: A, never: never}}]}"
    private static let alternateResponse = "{alternate_response: {after: A, expect: B}}"
    private static let chainResponse = "{chain_response: {after: A, expect: B}}"
    private static let precedence =
        "{any_of: [{precedence: {before: B, require: A}}, {first: A, span: {from: {first: B}}}]}"
    private static let alternatePrecedence = "{alternate_precedence: {before: B, require: A}}"
    private static let chainPrecedence = "{chain_precedence: {before: B, require: A}}"
    private static let notResponse = "{not_response: {after: A, never: B}}"
    private static let notChainResponse = "{not_chain_response: {after: A, not_next: B}}"

    /// One language with another name of Declare and activated by other events: the contract offers one name for both, so
    /// that only the language and, beside it, the activations can be compared.
    private static let offeredUnderAnotherName: Set = ["not_responded_existence", "not_precedence", "not_chain_precedence"]

    /// Predicates that the activity alone answers, and the same ones in words that must be evaluated.
    enum Wording: CaseIterable, Sendable {
        case activities, attributes

        var definitions: String {
            let words = [
                "A": ["a", "x"], "B": ["b", "x"], "either": ["a", "b", "x"], "only_a": ["a"], "both": ["x"], "never": [],
            ]
            return words.sorted { $0.key < $1.key }.map { name, activities in
                let list = activities.map { "\"\($0)\"" }.joined(separator: ", ")
                let value = self == .activities ? "event.activity" : "event.attributes.is"
                return "\(name): '\(value) in [\(list)]'"
            }.joined(separator: ", ")
        }
    }

    private static func judges(_ wording: Wording, asOf: [Instant]) throws -> (judges: [Judge], activities: ActivityTable) {
        let checks = templates.flatMap { template in
            [template.check]
                + (template.activation.map { event in (0...4).map { "{count: {of: \(event), exactly: \($0)}}" } } ?? [])
        }
        let items = checks.enumerated().map { "  - {id: \"I\($0)\", title: I, check: \($1)}" }.joined(separator: "\n")
        let text = """
            touchline: checklist/1
            id: declare
            title: Declare
            version: 1.0.0
            define: {\(wording.definitions)}
            items:
            \(items)

            """
        let diagnostics = Diagnostics()
        let checklists = ChecklistLoader.load(files: [("declare.yaml", text)], diagnostics: diagnostics)
        guard !diagnostics.hasErrors else { throw Wrong(text: diagnostics.sorted.map(\.description).joined(separator: "\n")) }
        let activities = ActivityTable(checklists.flatMap(\.activityNames))
        let judges = asOf.map { instant in
            Judge(
                checklists: checklists, activities: activities, partners: nil, producible: [:], asOf: instant, settle: .seconds(1)
            )
        }
        return (judges, activities)
    }

    private static func record(_ trace: String, _ activities: ActivityTable) -> ServiceRecord {
        var record = ServiceRecord(partner: "p", id: "1", provenance: Provenance(source: "s", page: 1, pointer: "", sequence: 0))
        record.opened = moment("0s")
        record.closed = moment("5m")
        for letter in trace {
            var event = Event(at: moment("1m"), activity: "\(letter)", symbol: 0)
            event.attributes.set("is", .string("\(letter)"))
            record.events.append(event)
        }
        return record.numbered(by: activities)
    }

    @Test(arguments: Wording.allCases)
    func `every template of Declare can be written and follows its vectors`(_ wording: Wording) throws {
        guard let bytes = Shared.bytes("conformance/declare/declare-vectors.json") else { return }
        let vectors = try JSONDecoder().decode(Vectors.self, from: Data(bytes)).vectors
        let (judges, activities) = try Self.judges(wording, asOf: [moment("2m"), moment("6m")])
        var items: [String: Int] = [:]
        var next = 0
        for template in Self.templates {
            items[template.name] = next
            next += template.activation == nil ? 1 : 6
        }
        var verdicts: [String: [[Verdict]]] = [:]
        var right = 0
        var wrong: [String] = []
        for vector in vectors {
            let judged =
                verdicts[vector.trace]
                ?? judges.map { judge in
                    judge.judge(Self.record(vector.trace, activities)).verdicts.map(\.verdict)
                }
            verdicts[vector.trace] = judged
            guard let item = items[vector.template] else { continue }
            let expected = [vector.open, vector.closed].map { Self.verdict($0, isVacuous: vector.vacuous ?? false) }
            var found = judged.map { $0[item] }
            if vector.vacuous ?? false, Self.offeredUnderAnotherName.contains(vector.template) {
                found = found.map { [.pass, .holding].contains($0) ? .notActivated : $0 }
            }
            let counts = vector.activations.map { judged[1][item + 1 + $0] == .pass } ?? true
            if found == expected, counts {
                right += 1
            } else {
                wrong.append("\(vector.template) '\(vector.trace)': \(found), not \(expected), activations \(counts)")
            }
        }
        print("Declare: \(right) of \(vectors.count) (\(wording))")
        #expect(wrong.prefix(10).isEmpty)
        #expect(right == 11_253)
    }

    private static func verdict(_ word: String, isVacuous: Bool) -> Verdict {
        if isVacuous { return .notActivated }
        return switch word {
        case "satisfied": .pass
        case "possibly_satisfied": .holding
        case "possibly_violated": .pending
        default: .fail
        }
    }
}
