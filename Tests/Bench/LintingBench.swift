import Checklists
import Language

/// How long lint takes with a thousand items: all that it says of a checklist, its items held against one another included.
enum LintingBench {
    static func run() {
        let items = 1000
        let text = checklist(items)
        var problems = 0
        let took = fastest(of: 5) {
            let diagnostics = Diagnostics()
            _ = ChecklistLoader.load(files: [(name: "large.yaml", text: text)], thorough: true, diagnostics: diagnostics)
            problems = diagnostics.sorted.count
        }
        let loading = fastest(of: 5) {
            _ = ChecklistLoader.load(files: [(name: "large.yaml", text: text)], diagnostics: Diagnostics())
        }
        report(
            "lint of \(items) items", "\(fixed(took * 1000, 0)) ms",
            "\(text.utf8.count / 1024) KB, \(problems) problems; loading alone \(fixed(loading * 1000, 0)) ms")
    }

    /// Items of every template that automata know, over forty activities, each with a condition on declared values.
    private static func checklist(_ count: Int) -> String {
        let names = (0..<40).map { "step_\($0)" }
        var text = """
            touchline: checklist/1
            id: large
            title: Large
            version: 1.0.0
            applies: 'kind == "support"'
            values: {severity: [S1, S2, S3, S4], customer.tier: [key, core, growth]}
            activities: [\(names.joined(separator: ", "))]
            items:

            """
        for index in 0..<count {
            let (a, b) = (names[index % 40], names[(index * 7 + index / 40 + 1) % 40])
            let checks = [
                "response: {after: \(a), expect: \(b), within: {S1: 30m, otherwise: 2h}}",
                "precedence: {before: \(a), require: \(b)}", "responded_existence: {if: \(a), expect: \(b)}",
                "not_chain_response: {after: \(a), not_next: \(b)}", "coexistence: [\(a), \(b)]",
                "each: {event: \(a), holds: 'has(event.text) || event.actor.party == \"partner\"'}",
                "duration: {from: {first: \(a)}, to: {first: \(b)}, at_most: 5d}",
                "chain_precedence: {before: \(a), require: \(b)}", "alternate_response: {after: \(a), expect: \(b)}",
                "any_of: [{existence: \(a)}, {absence: \(b)}]",
            ]
            text += """
                  - id: ITEM-\(index)
                    title: Item \(index)
                    when: 'severity in ["S1", "S2"] && customer.tier != "growth"'
                    check: {\(checks[index % checks.count])}

                """
        }
        return text
    }
}
