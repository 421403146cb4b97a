import Language
import Scoring
import Testing
import Timelines

@testable import History

/// What becomes of flags from audit to audit, of whatever kind they are.
struct FlagStatesTests {
    /// What one audit finds: the flag raised; tested and not found; not told; not asked for any more.
    private enum Step: Character {
        case raised = "R"
        case tested = "T"
        case untold = "U"
        case dropped = "D"
    }

    private static func flag(_ kind: Flag.Kind, _ dimension: String?) -> Flag {
        Flag(
            id: Flag.id(partner: "p", checklist: "c", item: "A", kind: kind, dimension: dimension), partner: "p",
            checklist: "c", item: "A", kind: kind, dimension: dimension, tier: .asserted, state: .new, n: 20, effect: -0.2,
            low: -0.3, high: -0.1, q: 0.01, sentence: "A is missed", examples: ["1", "a\"b"])
    }

    /// Every statement that may be made of an item.
    static let statements: [(Flag.Kind, String?)] =
        [(.standard, nil), (.evidence, nil), (.peer, nil), (.drift, nil), (.path, nil)]
        + ["customer", "region", "owner"].map { (.within, $0) }

    static let courses: [(String, String)] = [
        ("RR", "new still"), ("RT", "new fixed"), ("RTT", "new fixed -"), ("RTR", "new fixed back"), ("TR", "- new"),
        ("UR", "- new"), ("RU", "new still?"), ("RUR", "new still? still"), ("RUT", "new still? fixed"),
        ("RUUT", "new still? still? fixed"), ("RUTR", "new still? fixed back"), ("RTU", "new fixed -"), ("RD", "new -"),
        ("RDR", "new - back"), ("RUD", "new still? -"), ("RDT", "new - -"), ("RTTR", "new fixed - back"),
        ("RTRR", "new fixed back still"),
    ]

    @Test(arguments: courses)
    func `flags of every kind are new, still, fixed or back, and stay where nobody can tell`(
        course: String, expected: String
    ) throws {
        for (kind, dimension) in Self.statements {
            let folder = try TemporaryFolder()
            let history = try AuditHistory(path: folder.history)
            let flag = Self.flag(kind, dimension)
            var states: [String] = []
            for (index, letter) in course.enumerated() {
                let step = try #require(Step(rawValue: letter))
                let told = try history.told(step == .raised ? [flag] : [], before: Instant(seconds: Int64(index))) { asked in
                    #expect(asked.id == flag.id)
                    return switch step {
                    case .tested: .tested
                    case .untold: .untold
                    case .raised, .dropped: .notAsked
                    }
                }
                let isOpen = told.first?.sentence == flag.sentence + FlagStates.cannotTell
                #expect(told.isEmpty || isOpen || told.first?.sentence == flag.sentence)
                states.append(told.first.map { $0.state.rawValue + (isOpen ? "?" : "") } ?? "-")
                // All else of a flag, its examples included, survives the file.
                if var same = told.first {
                    (same.state, same.sentence) = (flag.state, flag.sentence)
                    #expect(same == flag)
                }
                try history.keep(AuditHistoryTests.audit("\(index)", asOf: Int64(index), flags: told), json: [])
            }
            #expect(states.joined(separator: " ") == expected, "\(kind.rawValue) \(dimension ?? "")")
        }
    }

    @Test func `each statement has a state of its own`() throws {
        let folder = try TemporaryFolder()
        let history = try AuditHistory(path: folder.history)
        let all = Self.statements.map { Self.flag($0.0, $0.1) }
        #expect(Set(all.map(\.id)).count == all.count)
        try history.keep(AuditHistoryTests.audit("a", asOf: 0, flags: all), json: [])
        var tested = TestedFlags()
        tested.insert(partner: "p", checklist: "c", item: "A", kind: .within, dimension: "region")
        tested.insert(partner: "p", checklist: "c", item: "A", kind: .peer)
        let told = try history.told([Self.flag(.drift, nil)], before: Instant(seconds: 1)) {
            tested.contains($0) ? .tested : .untold
        }
        #expect(
            told.map { "\($0.kind.rawValue) \($0.dimension ?? "") \($0.state.rawValue)" } == [
                "drift  still", "evidence  still", "path  still", "peer  fixed", "standard  still", "within customer still",
                "within owner still", "within region fixed",
            ])
        #expect(told.filter { $0.sentence.hasSuffix(FlagStates.cannotTell) }.count == 5)
    }
}
