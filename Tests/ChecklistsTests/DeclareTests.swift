import Foundation
import Language
import TestSupport
import Testing

@testable import Checklists

/// The finite-trace verdicts of Declare, for every trace up to four events, open and closed.
struct DeclareTests {
    private struct Vectors: Decodable {
        let vectors: [Vector]
    }

    private struct Vector: Decodable {
        let template: String
        let trace: String
        let open: String
        let closed: String
        let vacuous: Bool?
    }

    private static let a = EventReference(matcher: 0, name: "'a'")
    private static let b = EventReference(matcher: 1, name: "'b'")

    /// The vectors' names and the machines that are ours for them.
    private static let machines: [String: any Machine] = [
        "existence(1)": Occurrences(event: a, atLeast: 1, atMost: nil),
        "existence(2)": Occurrences(event: a, atLeast: 2, atMost: nil),
        "existence(3)": Occurrences(event: a, atLeast: 3, atMost: nil),
        "absence(1)": Occurrences(event: a, atLeast: nil, atMost: 0),
        "absence(2)": Occurrences(event: a, atLeast: nil, atMost: 1),
        "absence(3)": Occurrences(event: a, atLeast: nil, atMost: 2),
        "exactly(1)": Occurrences(event: a, atLeast: 1, atMost: 1), "exactly(2)": Occurrences(event: a, atLeast: 2, atMost: 2),
        "init": Boundary(event: a, end: .first), "end": Boundary(event: a, end: .last),
        "choice": Companions(kind: .choice, a: a, b: b), "exclusive_choice": Companions(kind: .exclusiveChoice, a: a, b: b),
        "co_existence": Companions(kind: .coexistence, a: a, b: b),
        "not_co_existence": Companions(kind: .notCoexistence, a: a, b: b),
        "responded_existence": Companions(kind: .respondedExistence, a: a, b: b),
        "response_strict": response(.plain), "alternate_response": response(.alternate), "chain_response": response(.chain),
        "precedence_strict": precedence(.plain), "alternate_precedence": precedence(.alternate),
        "chain_precedence": precedence(.chain),
        "not_response": NotResponse(after: a, never: b, isChain: false),
        "not_chain_response": NotResponse(after: a, never: b, isChain: true),
    ]

    private static func response(_ kind: Response.Kind) -> Response {
        Response(kind: kind, after: a, expect: b, limit: nil, condition: nil)
    }

    private static func precedence(_ kind: Precedence.Kind) -> Precedence {
        Precedence(kind: kind, before: b, require: a, limit: nil, condition: nil)
    }

    /// With a condition that is always true the slow paths must say the same as the fast ones.
    private static func slow() throws -> [String: any Machine] {
        let always = Question(try Expression.compile("true", in: Names.ofAnswer))
        return [
            "response_strict": Response(kind: .plain, after: a, expect: b, limit: nil, condition: always),
            "alternate_response": Response(kind: .alternate, after: a, expect: b, limit: nil, condition: always),
            "chain_response": Response(kind: .chain, after: a, expect: b, limit: nil, condition: always),
        ]
    }

    @Test func `every template follows the vectors of Declare`() throws {
        guard let bytes = Shared.bytes("conformance/declare/declare-vectors.json") else { return }
        let vectors = try JSONDecoder().decode(Vectors.self, from: Data(bytes)).vectors
        var judged = 0
        var wrong: [String] = []
        for machines in [Self.machines, try Self.slow()] {
            for vector in vectors {
                guard let machine = machines[vector.template] else { continue }
                judged += 1
                for isOpen in [true, false] {
                    let expected = Self.verdict(isOpen ? vector.open : vector.closed, vacuous: vector.vacuous ?? false)
                    let got = Self.judge(vector.trace, machine, isOpen: isOpen)
                    if got != expected {
                        wrong.append(
                            "\(vector.template) '\(vector.trace)' \(isOpen ? "open" : "closed"): \(got), not \(expected)")
                    }
                }
            }
        }
        print("declare: \(judged - wrong.count) of \(judged) vectors of \(Self.machines.count) templates")
        #expect(wrong.prefix(10).isEmpty)
        #expect(judged == 341 * (23 + 3))
    }

    private static func verdict(_ word: String, vacuous: Bool) -> Verdict {
        if vacuous { return .notActivated }
        return switch word {
        case "satisfied": .pass
        case "possibly_satisfied": .holding
        case "possibly_violated": .pending
        default: .fail
        }
    }

    private static func judge(_ trace: String, _ machine: any Machine, isOpen: Bool) -> Verdict {
        var timeline = Timeline()
        timeline.hidden = [0]
        for letter in trace.utf8 {
            timeline.masks.append(
                letter == UInt8(ascii: "a") ? 1 : letter == UInt8(ascii: "b") ? 2 : letter == UInt8(ascii: "x") ? 3 : 0)
            timeline.unsure.append(0)
            timeline.instants.append(Instant(seconds: 0))
        }
        timeline.count = timeline.instants.count
        timeline.asOf = Instant(seconds: 10)
        timeline.closed = isOpen ? nil : Instant(seconds: 5)
        return Check(template: "", machine: machine, span: nil).judge(&timeline).verdict
    }
}
