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
    func history(_ timeline: inout Timeline) throws(EvaluationError) -> [OwnerLedger.Stretch]? {
        guard let span = try Reach.find(from: from, until: until, &timeline) else { return nil }
        var ledger = stretches(span, &timeline).ledger
        ledger.markHandedBack()
        return ledger.stretches
    }

    // MARK: Stretches

    /// Who had it over a span.
    private struct History {
        var ledger: OwnerLedger
        /// What is wrong with the event beyond which nothing can be told.
        var problem: EvaluationError?
    }

    /// The span cut where its owners change, up to the first event that does not say what it must.
    private func stretches(_ span: Reach, naming: Int? = nil, _ timeline: inout Timeline) -> History {
        var history = History(ledger: OwnerLedger(since: span.start.at, naming: naming))
        guard span.start.at < span.end || span.isNow else { return history }
        var end = span.end
        for index in 0..<timeline.upper {
            let at = timeline.instants[index]
            guard at < span.end || at == span.start.at || span.isNow && at == span.end else { continue }
            history.ledger.pass(to: at)
            do throws(EvaluationError) {
                try note(index, at, &history.ledger, &timeline)
            } catch {
                (history.problem, end) = (error, max(at, span.start.at))
                break
            }
        }
        history.ledger.finish(at: end)
        return history
    }

    /// What an event says of who owns it.
    private func note(
        _ index: Int, _ at: Instant, _ ledger: inout OwnerLedger, _ timeline: inout Timeline
    ) throws(EvaluationError) {
        switch of {
        case .value(let expression):
            guard let value = try value(of: expression, index, &timeline) else { return }
            ledger.replace(with: try Self.names(value, expression), index, at: at)
        case .handed(let taken, let released, let owner):
            let takes = timeline.matches(taken, index)
            guard takes || timeline.matches(released, index) else { return }
            let value = try value(of: owner, index, &timeline)
            let named = try value.map { value throws(EvaluationError) in try Self.names(value, owner) }
            if !takes {
                if let named { ledger.remove(named, index, at: at) } else { ledger.removeAll(index, at: at) }
                return
            }
            guard let named, !named.isEmpty else {
                throw EvaluationError(.absent, "event \(index + 1) does not say whose it is: `\(owner.text)`")
            }
            ledger.add(named, index, at: at)
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
        let stretches = history.ledger.stretches
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
        guard span.isNow, history.ledger.owners.isEmpty else { return Finding(.holding) }
        var finding = Finding(.pending, first: history.ledger.event)
        let due = try scale.deadline(after: history.ledger.since, seconds: most).due
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
        let number = Int(finding.number)
        guard let span = (try? Reach.find(from: from, until: until, &timeline)) ?? nil, let scale = try? timeline.scale(clock),
            case var ledger = stretches(span, naming: number, &timeline).ledger, ledger.stretches.indices.contains(number)
        else { return Evidence(reason: "the ownership is broken") }
        ledger.markHandedBack()
        let stretch = ledger.stretches[number]
        let length = ((try? scale.time(from: stretch.from, to: stretch.until)) ?? .zero).components.seconds
        let most = ((try? timeline.resolve(maxGap, on: scale)) ?? nil) ?? 0
        let back = ledger.returns
        let handed = back == 0 ? "" : "; handed back \(times(back))"
        if stretch.owners.isEmpty {
            return timeline.evidence(
                """
                nobody owned it for \(length: length)\(clock.meaning), from \(stretch.from) to \(stretch.until); \
                at most \(length: most) allowed\(handed)
                """, stretch.event)
        }
        let names = ledger.named.map { "'\($0)'" }.joined(separator: " and ")
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
