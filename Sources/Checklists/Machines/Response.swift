import Language

/// What came of the obligations of one timeline, gathered in any order.
struct Obligations {
    private(set) var failed = -1
    private var pending = -1
    private var pendingDue: Instant?
    private var unknown: String?
    private var count = 0
    private var lastDue: Instant?

    mutating func met(_ due: Due) { note(due) }

    /// An obligation that nothing has answered, and nothing before `due` can be ruled out yet. With `spoiled`, nothing
    /// that comes can answer it any more.
    mutating func unmet(_ index: Int, _ due: Due, spoiled: Bool = false, _ timeline: borrowing Timeline) {
        note(due)
        var isLate = spoiled || timeline.isOver
        if case .at(let deadline) = due {
            isLate = isLate || timeline.asOf > deadline.last
            if !isLate, pendingDue.map({ deadline.due < $0 }) ?? true { pendingDue = deadline.due }
        } else {
            isLate = isLate || !timeline.isOpen
        }
        if isLate {
            if failed < 0 || index < failed { failed = index }
        } else if pending < 0 || index < pending {
            pending = index
        }
    }

    mutating func cannotTell(_ why: String) { if unknown == nil { unknown = why } }

    private mutating func note(_ due: Due) {
        count += 1
        if case .at(let deadline) = due { lastDue = deadline.last } else { lastDue = nil }
    }

    /// A failure beats what cannot be told; that beats what is owed.
    func finding(_ timeline: borrowing Timeline) -> Finding {
        var finding: Finding
        if failed >= 0 {
            finding = Finding(.fail, first: failed)
        } else if let unknown {
            finding = .notObservable(unknown)
        } else if pending >= 0 {
            finding = Finding(.pending, first: pending)
            finding.due = pendingDue
        } else if count == 0 {
            finding = Finding(.notActivated)
        } else {
            finding = .kept(timeline)
        }
        finding.obligations = count
        finding.obligationDue = lastDue
        return finding
    }
}

/// `response`, `alternate_response`, `chain_response`: every event of one kind is answered by a later one of another.
struct Response: Machine {
    enum Kind: Sendable { case plain, alternate, chain }

    let kind: Kind
    let after: EventReference
    let expect: EventReference
    let limit: Limit?
    let condition: Question?
    var clock = Clock.elapsed

    var activation: EventReference? { after }

    var shortcut: [Shortcut] {
        let isPlain = kind == .plain && limit == nil && condition == nil
        return [isPlain ? Shortcut(.response, after, expect) : Shortcut(.activation, after)]
    }

    var quick: QuickJudge? { QuickResponse(self) }

    func run(_ timeline: inout Timeline) -> Finding {
        guard timeline.firstMatch(after, in: timeline.range) != nil else { return Finding(.notActivated) }
        var obligations = Obligations()
        do throws(EvaluationError) {
            let scale = limit == nil ? TimeScale.elapsed : try timeline.scale(clock)
            let seconds = try timeline.resolve(limit, on: scale)
            if kind == .plain, condition == nil {
                judgeBackwards(&timeline, seconds, scale, &obligations)
            } else {
                judgeEach(&timeline, seconds, scale, &obligations)
            }
        } catch {
            return .notObservable(error.message)
        }
        return obligations.finding(timeline)
    }

    /// One pass from the end: the earliest instant of any later answer tells whether one came in time, also where the
    /// timeline is not ordered by time.
    private func judgeBackwards(
        _ timeline: inout Timeline, _ seconds: Int64?, _ scale: TimeScale, _ obligations: inout Obligations
    ) {
        var earliest: Instant?
        var index = timeline.upper
        while index > timeline.lower {
            index -= 1
            if timeline.matches(after, index) {
                do throws(EvaluationError) {
                    let due = try timeline.due(limit, seconds: seconds, on: scale, for: index)
                    if let earliest, due.isKept(at: earliest) {
                        obligations.met(due)
                    } else {
                        try owe(index, due, upTo: timeline.upper, &timeline, &obligations)
                    }
                } catch {
                    obligations.cannotTell(error.message)
                }
            }
            if timeline.matches(expect, index), earliest.map({ timeline.instants[index] < $0 }) ?? true {
                earliest = timeline.instants[index]
            }
        }
    }

    private func judgeEach(
        _ timeline: inout Timeline, _ seconds: Int64?, _ scale: TimeScale, _ obligations: inout Obligations
    ) {
        for index in timeline.range where timeline.matches(after, index) {
            do throws(EvaluationError) {
                let due = try timeline.due(limit, seconds: seconds, on: scale, for: index)
                // Where the answers must come before something, and that has come, nothing later helps.
                let (end, closes) = reach(of: index, timeline)
                if try timeline.firstFit(expect, for: index, upTo: end, due, condition) != nil {
                    obligations.met(due)
                } else {
                    try owe(index, due, upTo: end, spoiled: closes, &timeline, &obligations)
                }
            } catch {
                obligations.cannotTell(error.message)
                if timeline.isSpent { return }
            }
        }
    }

    /// Nothing that can be read answers. What cannot be read might, where it came in time.
    private func owe(
        _ index: Int, _ due: Due, upTo end: Int, spoiled: Bool = false, _ timeline: inout Timeline,
        _ obligations: inout Obligations
    ) throws(EvaluationError) {
        guard timeline.hasDoubt else { return obligations.unmet(index, due, spoiled: spoiled, timeline) }
        try timeline.charge(walked: end - index)
        if mayBeAnswered(index, due, upTo: end, timeline) {
            obligations.cannotTell(timeline.whyUncertain(expect))
        } else {
            obligations.unmet(index, due, spoiled: spoiled, timeline)
        }
    }

    private func mayBeAnswered(_ index: Int, _ due: Due, upTo end: Int, _ timeline: borrowing Timeline) -> Bool {
        if timeline.isHidden(expect) { return true }
        return (index + 1..<max(index + 1, end)).contains { candidate in
            due.isKept(at: timeline.instants[candidate]) && timeline.isUncertain(expect, in: candidate..<candidate + 1)
        }
    }

    /// Where the candidates for an answer end, and whether the timeline has gone on beyond them.
    private func reach(of index: Int, _ timeline: borrowing Timeline) -> (end: Int, closes: Bool) {
        switch kind {
        case .plain: return (timeline.upper, false)
        case .chain: return (min(index + 2, timeline.upper), index + 1 < timeline.upper)
        case .alternate:
            guard let next = timeline.firstMatch(after, in: index + 1..<max(index + 1, timeline.upper)) else {
                return (timeline.upper, false)
            }
            return (next + 1, true)
        }
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        finding.verdict == .fail ? [] : [after]
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        let index = finding.first
        let seconds = (try? timeline.resolve(limit, on: (try? timeline.scale(clock)) ?? .elapsed)) ?? nil
        var bound = seconds == nil ? "" : clock.meaning
        if seconds == nil, limit != nil, case .at(let due) = (try? timeline.due(limit, seconds: nil, for: index)) ?? .never {
            bound = " by \(due.due)"
        }
        let manner = kind == .chain ? "followed at once" : "followed"
        let late = timeline.firstMatch(expect, in: index + 1..<max(index + 1, timeline.upper))
        let before = kind == .alternate ? " before the next \(after.name)" : ""
        switch kind {
        case .chain where index + 1 < timeline.upper:
            return timeline.evidence(
                """
                \(timeline.told(index)) was not \(manner) by \(expect.name)\(" within ", length: seconds)\(bound); \
                \(timeline.told(index + 1)) came next
                """, index, index + 1)
        case .plain:
            guard let late else { break }
            let unfit = condition == nil ? "" : ", and none that fits"
            return timeline.evidence(
                """
                \(timeline.told(index)) was not \(manner) by \(expect.name)\(" within ", length: seconds)\(bound)\(unfit); \
                \(timeline.told(late)) came later
                """, index, late)
        default: break
        }
        return timeline.evidence(
            "\(timeline.told(index)) was not \(manner) by \(expect.name)\(" within ", length: seconds)\(bound)\(before)", index,
            late ?? -1)
    }

    var meaning: String {
        let manner =
            switch kind {
            case .plain: "is followed by"
            case .alternate: "is followed, before the next one, by"
            case .chain: "is followed at once by"
            }
        let bound = limit.map { " " + $0.meaning("within") + clock.meaning } ?? ""
        return "every \(after.name) \(manner) \(expect.name)\(bound)" + (condition.map { " where `\($0.text)`" } ?? "")
    }
}

/// `not_response` and `not_chain_response`: after one event another never comes, or does not come next.
struct NotResponse: Machine {
    let after: EventReference
    let never: EventReference
    let isChain: Bool

    var activation: EventReference? { after }

    var shortcut: [Shortcut] { [Shortcut(.notResponse, after, never)] }

    func run(_ timeline: inout Timeline) -> Finding {
        var last = -1
        for index in timeline.range {
            if last >= 0, !isChain || last == index - 1, timeline.matches(never, index) {
                // What is the last of its kind now, and comes next, may yet come again elsewhere.
                if isChain, never.moves, timeline.isOpen { return Finding(.pending, first: last) }
                return Finding(.fail, first: last, second: index)
            }
            if timeline.matches(after, index), isChain || last < 0 { last = index }
        }
        return last < 0 ? Finding(.notActivated) : .kept(timeline)
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        switch finding.verdict {
        case .fail: []
        case .notActivated: [after]
        default: [never] + (timeline.firstMatch(never, in: timeline.range) == nil ? [] : [after])
        }
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        timeline.evidence(
            """
            \(timeline.told(finding.first)) was followed\(isChain ? " at once" : "") \
            by \(timeline.told(finding.second, as: never))
            """, finding.first, finding.second)
    }

    var meaning: String { "after \(after.name), \(never.name) \(isChain ? "does not come next" : "never comes")" }
}
