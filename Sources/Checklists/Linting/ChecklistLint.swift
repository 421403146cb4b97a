import Language

/// What lint looks for beyond what loading needs: conditions that decide nothing, items that cannot fire or that exclude one
/// another, clocks that never run, names that nothing uses.
///
/// It says what is certain and nothing else: what it cannot take apart may be anything. Items are compared by automata of
/// their templates, conditions over the declared values and the constants that they name.
struct ChecklistLint {
    let facts: LintFacts
    let matchers: EventMatchers
    let values: [String: [String]]
    let diagnostics: Diagnostics

    func run() {
        let conditions = ConditionLint(facts: facts, values: values, diagnostics: diagnostics)
        conditions.run()
        ItemLint(facts, matchers, conditions, diagnostics).run()
        // An item that could not be read may use anything.
        guard facts.isWhole else { return }
        for (name, node) in facts.definitions where !facts.used.contains(name) {
            diagnostics.warning(
                .unusedName, at: node.position, "nothing uses '\(name)'", help: "leave it out, or name it in a check")
        }
    }
}
