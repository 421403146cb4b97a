import Language

/// One kind of check: its name, its keys, what it says, and how its parts become a machine.
struct Template: Sendable {
    let name: String
    /// What is written after the name, for explanations.
    let form: String
    /// One sentence.
    let meaning: String
    let load: @Sendable (YAMLNode, CheckReader) -> (any Machine)?

    init(_ name: String, _ form: String, _ meaning: String, load: @escaping @Sendable (YAMLNode, CheckReader) -> (any Machine)?) {
        self.name = name
        self.form = form
        self.meaning = meaning
        self.load = load
    }

    static func named(_ name: String) -> Template? { byName[name] }

    private static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    /// Every template there is. A new one is a row here and a machine.
    static let all: [Template] = [
        Template("existence", "A", "A happens") { node, reader in
            reader.event(node).map { Occurrences(event: $0, atLeast: 1, atMost: nil) }
        },
        Template("absence", "A", "A never happens") { node, reader in
            reader.event(node).map { Occurrences(event: $0, atLeast: nil, atMost: 0) }
        },
        Template("count", "{of, at_least, at_most, exactly}", "A happens that often") { $1.count($0) },
        Template("first", "A", "the timeline begins with A") { node, reader in
            reader.event(node).map { Boundary(event: $0, end: .first) }
        },
        Template("last", "A", "the timeline ends with A") { node, reader in
            reader.event(node).map { Boundary(event: $0, end: .last) }
        },
        Template("choice", "[A, B]", "A or B happens") { $1.pair($0, .choice) },
        Template("exclusive_choice", "[A, B]", "exactly one of A and B happens") { $1.pair($0, .exclusiveChoice) },
        Template("coexistence", "[A, B]", "A and B happen both or not at all") { $1.pair($0, .coexistence) },
        Template("not_coexistence", "[A, B]", "A and B do not both happen") { $1.pair($0, .notCoexistence) },
        Template("responded_existence", "{if, expect}", "where A happens, B happens before or after; one event may be both") {
            $1.respondedExistence($0)
        },
        Template("response", "{after, expect, within, by, where, clock}", "every A is answered by a later, different B") {
            $1.response($0, .plain)
        },
        Template(
            "alternate_response", "{after, expect, within, by, where, clock}", "every A is answered by a B before the next A"
        ) {
            $1.response($0, .alternate)
        },
        Template("chain_response", "{after, expect, within, by, where, clock}", "every A is answered by a B as the next event") {
            $1.response($0, .chain)
        },
        Template("precedence", "{before, require, within, where, clock}", "every B has an earlier, different A") {
            $1.precedence($0, .plain)
        },
        Template("alternate_precedence", "{before, require, within, where, clock}", "every B has an A since the last B") {
            $1.precedence($0, .alternate)
        },
        Template("chain_precedence", "{before, require, within, where, clock}", "every B has an A as the event just before") {
            $1.precedence($0, .chain)
        },
        Template("not_response", "{after, never, within, where, clock}", "after A, B never comes") {
            $1.notResponse($0, never: "never", isChain: false)
        },
        Template("not_chain_response", "{after, not_next, within, where, clock}", "after A, B does not come next") {
            $1.notResponse($0, never: "not_next", isChain: true)
        },
        Template(
            "duration", "{from, to, at_most, at_least, clock, pause}",
            "the time between two moments, less pauses, is within bounds"
        ) {
            $1.duration($0)
        },
        Template(
            "recurrence", "{of, every, from, until, clock}", "no gap between A's is longer than a limit while the span lasts"
        ) {
            $1.recurrence($0)
        },
        Template(
            "clock", "{start, stop, pause, resume, reset, cancel, target, clock, on_reopen}",
            "an SLA clock that events start, pause and stop runs no longer than its target"
        ) {
            $1.slaClock($0)
        },
        Template(
            "ownership", "{of, from, until, max_gap, clock}",
            "at every moment exactly one owner has it, and it is never without one for longer than a limit"
        ) {
            $1.ownership($0)
        },
        Template("changes", "{of, at_most, among}", "a value changes at most that often") { $1.succession($0, bounded: true) },
        Template("no_return", "{of, among}", "a value never returns as A, B, A with only B between") {
            $1.succession($0, bounded: false)
        },
        Template("runs", "{of, at_most}", "A forms at most that many unbroken runs") { $1.runs($0) },
        Template("each", "{event, holds}", "an expression is true for every such event") { $1.each($0) },
        Template("steps", "{when, holds, among}", "an expression is true for every pair of neighbouring events") { $1.steps($0) },
        Template("holds", "CEL", "an expression is true of the record") { node, reader in
            reader.question(node, Names.ofRecord).map { Condition(holds: $0) }
        },
        Template(
            "plain_language", "{event, text, glossary, at_most}", "what such an event says has no unexplained abbreviation"
        ) { $1.plainLanguage($0) },
        Template("all_of", "[check, …]", "every check holds") { $1.combination($0, needsAll: true) },
        Template("any_of", "[check, …]", "at least one check holds") { $1.combination($0, needsAll: false) },
    ]
}
