import Language

/// Says which SLA clocks never run: none of their starts can happen, or what starts them pauses, stops or cancels them at
/// once.
struct ClockLint {
    private let matchers: EventMatchers
    private let impossible: Set<Int>
    private let diagnostics: Diagnostics

    init(_ matchers: EventMatchers, _ impossible: Set<Int>, _ diagnostics: Diagnostics) {
        self.matchers = matchers
        self.impossible = impossible
        self.diagnostics = diagnostics
    }

    func check(_ clock: SLAClock, _ node: YAMLNode) {
        let parts = node.value(at: "clock") ?? node
        let starts = clock.start.filter { !impossible.contains($0.matcher) }
        guard !starts.isEmpty else {
            let names = clock.start.map(\.name).joined(separator: " or ")
            say(parts.value(at: "start") ?? parts, "the clock can never start: no event is \(names)")
            return
        }
        if let pause = first(of: clock.pauses.map(\.event), impliedByAll: starts) {
            say(
                parts.value(at: "pause") ?? parts,
                "what starts the clock pauses it at once: every \(names(starts)) is \(pause.name) too")
        }
        if let cancel = first(of: clock.cancel, impliedByAll: starts) {
            say(
                parts.value(at: "cancel") ?? parts,
                "what starts the clock cancels it at once: every \(names(starts)) is \(cancel.name) too")
        }
        // Where they are the same, loading has said so.
        if Set(clock.start.map(\.matcher)) != Set(clock.stop.map(\.matcher)),
            let stop = first(of: clock.stop, impliedByAll: starts)
        {
            say(
                parts.value(at: "stop") ?? parts,
                "what starts the clock stops it at once: every \(names(starts)) is \(stop.name) too")
        }
    }

    private func say(_ node: YAMLNode, _ message: String) {
        diagnostics.error(.deadClock, at: node.position, message, help: "one of the events may be misspelt")
    }

    private func names(_ references: [EventReference]) -> String { references.map(\.name).joined(separator: " or ") }

    private func first(of references: [EventReference], impliedByAll starts: [EventReference]) -> EventReference? {
        references.first { reference in starts.allSatisfy { implies($0.matcher, reference.matcher) } }
    }

    /// Whether every event that meets one matcher meets another.
    private func implies(_ a: Int, _ b: Int) -> Bool {
        if a == b { return true }
        guard case .plain(let set, let condition) = matchers.all[a].kind, case .plain(let other, let asked) = matchers.all[b].kind
        else { return false }
        if let asked, asked.syntax.normalText != condition?.syntax.normalText { return false }
        switch (set, other) {
        case (_, .any): return true
        case (.only(let names), _): return names.allSatisfy(other.contains)
        case (.except(let names), .except(let others)): return others.isSubset(of: names)
        default: return false
        }
    }
}
