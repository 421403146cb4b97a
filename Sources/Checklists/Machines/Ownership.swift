import Language
import Timelines

/// `ownership`: at every moment of a span exactly one owner; without one for no longer than a limit at a time.
///
/// The owners at a moment are what the events up to it say, those before the span included. Events of one instant say it
/// together: the last of them stands.
struct Ownership: Machine {
    enum Holding: Sendable {
        /// Who owns it from an event on: a text, a list of texts, or `""` or `[]` for nobody. An event without a value says
        /// nothing.
        case value(Expression)
        /// Who takes it owns it until they release it; a release that names nobody ends all.
        case handed(taken: EventReference, released: EventReference, owner: Expression)
    }

    let of: Holding
    let from: Moment
    /// Nil: until the record closes.
    let until: Moment?
    let maxGap: Limit
    let clock: Clock

    func run(_ timeline: inout Timeline) -> Finding {
        do throws(EvaluationError) {
            guard let span = try span(&timeline) else { return Finding(.notActivated) }
            let stretches = try stretches(span, &timeline)
            return try finding(stretches, span, &timeline)
        } catch {
            return .notObservable(error.message)
        }
    }

    /// Who owned it when, over the whole span; nil where that never opens.
    func history(_ timeline: inout Timeline) throws(EvaluationError) -> [Stretch]? {
        guard let span = try span(&timeline) else { return nil }
        return try stretches(span, &timeline)
    }

    // MARK: The span

    private struct Reach {
        let start: Moment.Place
        let end: Instant
        let isOpen: Bool
    }

    private func span(_ timeline: inout Timeline) throws(EvaluationError) -> Reach? {
        let start: Moment.Place
        switch from.find(&timeline, in: timeline.range) {
        case .none: return nil
        case .unknown(let why): throw EvaluationError(.other, why)
        case .place(let place): start = place
        }
        if let until {
            switch until.find(&timeline, in: timeline.range, notBefore: start.at) {
            case .unknown(let why): throw EvaluationError(.other, why)
            case .place(let place) where place.at <= timeline.asOf:
                return Reach(start: start, end: place.at, isOpen: timeline.isOpen && (place.moves || start.moves))
            case .none, .place: break
            }
        }
        if timeline.isOver {
            let last = timeline.range.isEmpty ? start.at : timeline.instants[timeline.upper - 1]
            return Reach(start: start, end: last, isOpen: false)
        }
        if let closed = timeline.closed { return Reach(start: start, end: closed, isOpen: false) }
        return Reach(start: start, end: timeline.asOf, isOpen: true)
    }

    // MARK: Stretches

    /// A stretch of time with the same owners.
    struct Stretch: Equatable {
        let owners: [String]
        let from: Instant
        var until: Instant
        /// The event that began it; -1 where that is the span.
        let event: Int
        /// True where the one owner had it before, and somebody else in between.
        var isHandedBack = false
    }

    /// The span cut where its owners change; stretches without length are none.
    private func stretches(_ span: Reach, _ timeline: inout Timeline) throws(EvaluationError) -> [Stretch] {
        var owners: [String] = []
        var found: [Stretch] = []
        var since = span.start.at
        var event = -1
        for index in 0..<timeline.upper {
            let at = timeline.instants[index]
            guard at < span.end || at == span.start.at else { continue }
            guard let next = try self.owners(after: index, owners, &timeline), next != owners else { continue }
            if at > since {
                Self.append(Stretch(owners: owners, from: since, until: at, event: event), to: &found)
                since = at
            }
            owners = next
            event = index
        }
        if span.end > since { Self.append(Stretch(owners: owners, from: since, until: span.end, event: event), to: &found) }
        Self.markHandedBack(&found)
        return found
    }

    private static func append(_ stretch: Stretch, to found: inout [Stretch]) {
        if let last = found.last, last.owners == stretch.owners {
            found[found.count - 1].until = stretch.until
        } else {
            found.append(stretch)
        }
    }

    /// One owner's stretch is handed back where the one owner before was somebody else, and this one had it before that; it
    /// stays so until it is somebody else's.
    private static func markHandedBack(_ found: inout [Stretch]) {
        var past: Set<String> = []
        var last: String?
        var isBack = false
        for index in found.indices {
            guard found[index].owners.count == 1, let owner = found[index].owners.first else { continue }
            if last != owner { isBack = past.contains(owner) }
            found[index].isHandedBack = isBack
            past.insert(owner)
            last = owner
        }
    }

    /// How often it was handed back.
    private static func returns(_ stretches: [Stretch]) -> Int {
        let owned = stretches.filter { $0.owners.count == 1 }
        return zip(owned, owned.dropFirst()).count { $1.isHandedBack && $0.owners != $1.owners }
    }

    /// Who owns it after an event; nil where the event does not say.
    private func owners(
        after index: Int, _ owners: [String], _ timeline: inout Timeline
    ) throws(EvaluationError) -> [String]? {
        switch of {
        case .value(let expression):
            guard let value = try value(of: expression, index, &timeline) else { return nil }
            return try Self.names(value, expression)
        case .handed(let taken, let released, let owner):
            let takes = timeline.matches(taken, index)
            let releases = timeline.matches(released, index)
            guard takes || releases else { return nil }
            let value = try value(of: owner, index, &timeline)
            let named = try value.map { value throws(EvaluationError) in try Self.names(value, owner) }
            if takes {
                guard let named, !named.isEmpty else {
                    throw EvaluationError(.absent, "event \(index + 1) does not say whose it is: `\(owner.text)`")
                }
                return Set(owners).union(named).sorted()
            }
            return named.map { Set(owners).subtracting($0).sorted() } ?? []
        }
    }

    /// Nil where the event has no value: an empty optional, or a plain path that is not there.
    private func value(
        of expression: Expression, _ index: Int, _ timeline: inout Timeline
    ) throws(EvaluationError) -> Value? {
        do throws(EvaluationError) {
            let value = try timeline.evaluate(expression, event: index)
            if case .optional(let optional) = value { return optional.value }
            return value
        } catch {
            if error.kind == .absent, expression.path != nil { return nil }
            throw error
        }
    }

    private static func names(_ value: Value, _ expression: Expression) throws(EvaluationError) -> [String] {
        switch value {
        case .null: return []
        case .string(let text): return text.isEmpty ? [] : [text]
        case .int(let number): return [String(number)]
        case .list(let list):
            var names: Set<String> = []
            for index in 0..<list.count { names.formUnion(try Self.names(try list.element(at: index), expression)) }
            return names.sorted()
        default: throw EvaluationError(.other, "`\(expression.text)` names no owner")
        }
    }

    // MARK: Findings

    private func finding(
        _ stretches: [Stretch], _ span: Reach, _ timeline: inout Timeline
    ) throws(EvaluationError) -> Finding {
        let scale = try timeline.scale(clock)
        guard let most = try timeline.resolve(maxGap, on: scale) else { return Finding(.notActivated) }
        for index in stretches.indices where stretches[index].owners.count != 1 {
            let time = try scale.time(from: stretches[index].from, to: stretches[index].until)
            guard stretches[index].owners.count > 1 || time > .seconds(most) else { continue }
            // While the first moment may still be another, nothing about it has failed for good.
            let mayMove = timeline.isOpen && span.start.moves
            return Finding(mayMove ? .pending : .fail, first: stretches[index].event, second: -1, number: Int64(index))
        }
        guard span.isOpen else { return Finding(.pass) }
        guard let last = stretches.last, last.owners.isEmpty, last.until == timeline.asOf else { return Finding(.holding) }
        var finding = Finding(.pending, first: last.event)
        finding.due = try scale.deadline(after: last.from, seconds: most).due
        return finding
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        switch of {
        case .value: []
        case .handed(let taken, let released, _): finding.verdict == .notActivated ? [] : [taken, released]
        }
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        guard let stretches = (try? history(&timeline)) ?? nil,
            let scale = try? timeline.scale(clock), stretches.indices.contains(Int(finding.number))
        else { return Evidence(reason: "the ownership is broken") }
        let stretch = stretches[Int(finding.number)]
        let length = ((try? scale.time(from: stretch.from, to: stretch.until)) ?? .zero).components.seconds
        let most = ((try? timeline.resolve(maxGap, on: scale)) ?? nil) ?? 0
        let back = Self.returns(stretches)
        let handed = back == 0 ? "" : "; handed back \(times(back))"
        if stretch.owners.isEmpty {
            return timeline.evidence(
                """
                nobody owned it for \(length: length)\(clock.meaning), from \(stretch.from) to \(stretch.until); \
                at most \(length: most) allowed\(handed)
                """, stretch.event)
        }
        let names = stretch.owners.map { "'\($0)'" }.joined(separator: " and ")
        return timeline.evidence(
            "\(names) owned it at once for \(length: length)\(clock.meaning), from \(stretch.from) to \(stretch.until)\(handed)",
            stretch.event)
    }

    var meaning: String {
        let what =
            switch of {
            case .value(let expression): "`\(expression.text)` names exactly one owner"
            case .handed(let taken, let released, _):
                "exactly one owner has taken it by \(taken.name) and not given it up by \(released.name)"
            }
        let end = until.map { " to \($0.meaning)" } ?? ""
        return "from \(from.meaning)\(end), \(what), and nobody does \(maxGap.meaning("for at most"))\(clock.meaning)"
    }
}
