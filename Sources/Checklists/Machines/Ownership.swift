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
            guard let span = try Reach.find(from: from, until: until, &timeline) else { return Finding(.notActivated) }
            let history = stretches(span, &timeline)
            let finding = try finding(history, span, &timeline)
            // What was broken before an event that could not be read stays broken.
            if finding.verdict == .fail { return finding }
            if let problem = history.problem { throw problem }
            return span.doubt.map { .notObservable($0) } ?? finding
        } catch {
            return .notObservable(error.message)
        }
    }

    /// Who owned it when, over the whole span; nil where that never opens.
    func history(_ timeline: inout Timeline) throws(EvaluationError) -> [Stretch]? {
        guard let span = try Reach.find(from: from, until: until, &timeline) else { return nil }
        return stretches(span, &timeline).stretches
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

    /// Who had it over a span.
    private struct History {
        var stretches: [Stretch] = []
        /// Who has it at the end, since when, and by which event.
        var owners: [String] = []
        var since: Instant
        var event = -1
        /// What is wrong with the event beyond which nothing can be told.
        var problem: EvaluationError?
    }

    /// The span cut where its owners change, up to the first event that does not say what it must; stretches without length
    /// are none.
    private func stretches(_ span: Reach, _ timeline: inout Timeline) -> History {
        var history = History(since: span.start.at)
        guard span.start.at < span.end || span.isNow else { return history }
        var end = span.end
        for index in 0..<timeline.upper {
            let at = timeline.instants[index]
            guard at < span.end || at == span.start.at || span.isNow && at == span.end else { continue }
            let next: [String]?
            do throws(EvaluationError) {
                next = try self.owners(after: index, history.owners, &timeline)
            } catch {
                (history.problem, end) = (error, max(at, history.since))
                break
            }
            guard let next, next != history.owners else { continue }
            if at > history.since { Self.cut(&history, at: at) }
            history.owners = next
            history.event = index
        }
        if end > history.since {
            let since = history.since
            Self.cut(&history, at: end)
            history.since = since
        }
        Self.markHandedBack(&history.stretches)
        return history
    }

    private static func cut(_ history: inout History, at instant: Instant) {
        append(
            Stretch(owners: history.owners, from: history.since, until: instant, event: history.event), to: &history.stretches)
        history.since = instant
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
        _ history: History, _ span: Reach, _ timeline: inout Timeline
    ) throws(EvaluationError) -> Finding {
        let stretches = history.stretches
        let scale = try timeline.scale(clock)
        guard let most = try timeline.resolve(maxGap, on: scale) else { return Finding(.notActivated) }
        for index in stretches.indices where stretches[index].owners.count != 1 {
            let time = try scale.time(from: stretches[index].from, to: stretches[index].until)
            guard stretches[index].owners.count > 1 || time > .seconds(most) else { continue }
            // While the first moment may still be another, nothing about it has failed for good.
            let mayMove = span.mayMove(timeline) || timeline.isOpen && handingMoves
            var finding = Finding(mayMove ? .pending : .fail, first: stretches[index].event, second: -1, number: Int64(index))
            // What came too late to mend it does not matter.
            var mended = stretches[index].from
            if stretches[index].owners.isEmpty { mended = try scale.deadline(after: mended, seconds: most).last }
            finding.horizon = timeline.range.first { timeline.instants[$0] > mended }
            return finding
        }
        guard span.isOpen || timeline.isOpen && handingMoves else { return Finding(.pass) }
        guard span.isNow, history.owners.isEmpty else { return Finding(.holding) }
        var finding = Finding(.pending, first: history.event)
        let due = try scale.deadline(after: history.since, seconds: most).due
        if span.known.map({ due < $0 }) ?? true { finding.due = due }
        return finding
    }

    /// Whether the events that hand it over may still be others.
    private var handingMoves: Bool {
        if case .handed(let taken, let released, _) = of { taken.moves || released.moves } else { false }
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
