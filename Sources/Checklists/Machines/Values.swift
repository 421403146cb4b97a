import Language
import Timelines

/// `changes` and `no_return`: the values that events have one after another; events without a value are skipped.
struct Succession: Machine {
    let of: Expression
    let among: EventReference?
    /// How often the value may change; nil where it may change but not return.
    let atMost: Int?
    /// The attribute, where that is all the expression asks for: then it is read without evaluating anything.
    private let attribute: String?
    private let attributePath: String
    /// That a source never tells the attribute, and the same as a verdict's reason: put together once, since it is so of all
    /// records of the source.
    private let neverTold: String
    private let unobservable: String

    init(of: Expression, among: EventReference?, atMost: Int?) {
        self.of = of
        self.among = among
        self.atMost = atMost
        attribute = Self.attribute(of.syntax)
        attributePath = "attributes." + (attribute ?? "")
        neverTold = "the source never tells 'event.\(attributePath)'"
        unobservable = Self.reason(of, neverTold)
    }

    /// The `x` of `event.attributes.x` and `event.attributes.?x`.
    private static func attribute(_ syntax: Syntax) -> String? {
        guard case .select(let operand, let field, _) = syntax.kind, case .select(let event, "attributes", false) = operand.kind,
            case .identifier("event") = event.kind
        else { return nil }
        return field
    }

    private static func reason(_ of: Expression, _ why: String) -> String { "`\(of.text)`: \(why)" }

    func run(_ timeline: inout Timeline) -> Finding {
        if isNeverTold(timeline) { return .notObservable(unobservable) }
        do throws(EvaluationError) {
            return try follow(&timeline)
        } catch {
            return .notObservable(Self.reason(of, error.message))
        }
    }

    /// True where the source never tells the attribute, and the first event asked has none.
    private func isNeverTold(_ timeline: borrowing Timeline) -> Bool {
        guard let attribute, timeline.source.isReadable, !timeline.source.told.tells(attributePath, ofEvent: true) else {
            return false
        }
        let first = timeline.range.first { index in among.map { timeline.matches($0, index) } ?? true }
        return first.map { !timeline.source.hasAttribute(attribute, ofEvent: $0) } ?? true
    }

    private func follow(_ timeline: inout Timeline) throws(EvaluationError) -> Finding {
        var last: Value?
        var beforeLast: Value?
        var lastIndex = -1
        var beforeIndex = -1
        var changes = 0
        for index in timeline.range where among.map({ timeline.matches($0, index) }) ?? true {
            guard let value = try value(of: index, &timeline) else { continue }
            if let last, try Self.same(last, value) { lastIndex = index; continue }
            if last != nil { changes += 1 }
            if let atMost, changes > atMost { return Finding(.fail, first: lastIndex, second: index, number: Int64(changes)) }
            if atMost == nil, let beforeLast, try Self.same(beforeLast, value) {
                var finding = Finding(.fail, first: beforeIndex, second: index)
                finding.horizon = index + 1
                return finding
            }
            beforeLast = last
            beforeIndex = lastIndex
            last = value
            lastIndex = index
        }
        if last == nil {
            if attribute != nil { try checkTold(timeline) }
            return Finding(.notActivated)
        }
        return .kept(timeline)
    }

    /// An attribute that the source never tells is not absent.
    private func checkTold(_ timeline: borrowing Timeline) throws(EvaluationError) {
        guard !timeline.source.told.tells(attributePath, ofEvent: true) else { return }
        throw EvaluationError(.unreadable, neverTold)
    }

    /// Nil where the event has no value: an empty optional, or a plain path that is not there.
    private func value(of index: Int, _ timeline: inout Timeline) throws(EvaluationError) -> Value? {
        if let attribute, timeline.source.isReadable {
            let value = timeline.source.attribute(attribute, ofEvent: index)
            if value == nil { try checkTold(timeline) }
            if case .optional(let optional) = value { return optional.value }
            return value
        }
        do throws(EvaluationError) {
            let value = try timeline.evaluate(of, event: index)
            if case .optional(let optional) = value { return optional.value }
            return value
        } catch {
            if error.kind == .absent, of.path != nil { return nil }
            throw error
        }
    }

    /// Equality of values that can stand for a team, an owner or a state.
    private static func same(_ a: Value, _ b: Value) throws(EvaluationError) -> Bool {
        switch (a, b) {
        case (.string(let a), .string(let b)): return Text.same(a, b)
        case (.int(let a), .int(let b)): return a == b
        case (.uint(let a), .uint(let b)): return a == b
        case (.double(let a), .double(let b)): return a == b
        case (.bool(let a), .bool(let b)): return a == b
        case (.timestamp(let a), .timestamp(let b)): return a == b
        case (.duration(let a), .duration(let b)): return a == b
        case (.null, .null): return true
        case (.list, _), (.map, _), (.object, _), (_, .list), (_, .map), (_, .object):
            throw EvaluationError(.other, "lists, maps and objects cannot be followed")
        default: return false
        }
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        // More values only make more changes; between two of them another may stand that made no return of it.
        if atMost != nil, finding.verdict == .fail { return [] }
        return among.map { [$0] } ?? []
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        let value = text(finding.second, &timeline)
        guard let atMost else {
            return timeline.evidence(
                """
                `\(of.text)` returned to \(value) at \(timeline.instants[finding.second]), as it was at \
                \(timeline.instants[finding.first]), with another value between
                """, finding.first, finding.second)
        }
        let all = changes(&timeline)
        return Evidence(
            reason:
                "`\(of.text)` changed \(times(all.count)), \(atMost == 0 ? "" : "at most ")\(times(atMost)) allowed; "
                + "last to \(text(all.last ?? finding.second, &timeline))",
            events: all.prefix(20).map(timeline.cite))
    }

    /// The events at which the value differs from the one before.
    private func changes(_ timeline: inout Timeline) -> [Int] {
        var last: Value?
        var found: [Int] = []
        for index in timeline.range where among.map({ timeline.matches($0, index) }) ?? true {
            guard let value = (try? self.value(of: index, &timeline)) ?? nil else { continue }
            if let last, let same = try? Self.same(last, value), !same { found.append(index) }
            last = value
        }
        return found
    }

    private func text(_ index: Int, _ timeline: inout Timeline) -> String {
        switch (try? value(of: index, &timeline)) ?? nil {
        case .string(let text): "'\(text)'"
        case .int(let number): "\(number)"
        case .bool(let flag): flag ? "true" : "false"
        default: "an earlier value"
        }
    }

    var meaning: String {
        let events = among.map { " among \($0.name)" } ?? ""
        guard let atMost else { return "`\(of.text)`\(events) never returns to a value that it has just left" }
        if atMost == 0 { return "`\(of.text)`\(events) never changes" }
        return "`\(of.text)`\(events) changes at most \(times(atMost))"
    }
}

/// `runs`: how many unbroken runs an event forms.
struct Runs: Machine {
    let of: EventReference
    let atMost: Int

    func run(_ timeline: inout Timeline) -> Finding {
        var runs = 0
        var isRunning = false
        for index in timeline.range {
            let matches = timeline.matches(of, index)
            if matches, !isRunning {
                runs += 1
                if runs > atMost {
                    var finding = Finding(.fail, first: index, number: Int64(runs))
                    finding.horizon = index
                    return finding
                }
            }
            isRunning = matches
        }
        return .kept(timeline)
    }

    var shortcut: [Shortcut] { [Shortcut(.absence, of)] }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        // An event that could not be read may join two runs; one that the source never tells may only add another.
        finding.verdict == .fail && !timeline.unsureReasons.contains { $0.matcher == of.matcher } ? [] : [of]
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        let starts = timeline.range.filter { index in
            timeline.matches(of, index) && (index == timeline.lower || !timeline.matches(of, index - 1))
        }
        return Evidence(
            reason: "\(of.name) formed \(starts.count) runs, at most \(atMost) allowed",
            events: starts.prefix(20).map(timeline.cite))
    }

    var meaning: String { "\(of.name) forms at most \(atMost == 1 ? "one run" : "\(atMost) runs")" }
}
