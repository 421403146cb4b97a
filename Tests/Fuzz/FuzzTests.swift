import Checklists
import Language

/// Any bytes as a file of tests for a small checklist: loaded, run twice alike, its coverage taken, and mutants judged by whatever
/// loaded. Mistakes have their place in the text.
enum TestsFuzzer {
    private static let checklist = """
        touchline: checklist/1
        id: escalation
        title: T
        version: 1.0.0
        values: {severity: [S1, S2]}
        activities: [escalated, acknowledged, resolved, reopened, closed]
        items:
          - {id: ESC-01, title: A, check: {response: {after: escalated, expect: acknowledged, within: {S1: 30m, otherwise: 8h}}}}
          - {id: ESC-02, title: B, when: 'severity == "S1"', check: {each: {event: resolved, holds: 'event.channel == "phone"'}}}

        """

    private static let checklists = ChecklistLoader.load(files: [("c.yaml", checklist)], diagnostics: Diagnostics())

    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        let diagnostics = Diagnostics()
        let loaded = ChecklistTests.load(name: "fuzz.yaml", text: text, checklists: checklists, diagnostics: diagnostics)
        let lines = text.unicodeScalars.reduce(2) { $0 + ($1.properties.isWhitespace ? 1 : 0) }
        for diagnostic in diagnostics.sorted {
            let place = diagnostic.position
            precondition((1...lines).contains(place.line) && place.column >= 1, "\(diagnostic) is outside the text")
        }
        guard let tests = loaded else {
            precondition(diagnostics.hasErrors, "nothing was loaded, and nothing said")
            return
        }
        let results = tests.run().map(\.description)
        precondition(results == tests.run().map(\.description), "a case is judged in two ways")
        for coverage in TestCoverage.of([tests]) {
            for kind in TestCoverage.Kind.allCases {
                guard let (covered, all) = coverage.count(of: kind) else { continue }
                precondition((TestCoverage.percent(covered, of: all) == 100) == (covered == all), "a share is rounded up")
            }
        }
        _ = MutationRun(checklists: checklists, tests: [tests], tries: 10).reports(diagnostics: diagnostics)
    }
}

/// What libFuzzer calls with one input after the other.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    TestsFuzzer.run(UnsafeBufferPointer(start: start, count: count))
    return 0
}
