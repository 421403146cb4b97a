import Language

/// `precedence`, `alternate_precedence`, `chain_precedence`: every event of one kind has an earlier one of another.
struct Precedence: Machine {
    enum Kind: Sendable { case plain, alternate, chain }

    let kind: Kind
    let before: EventReference
    let require: EventReference
    let limit: Limit?
    let condition: Question?
    var clock = Clock.elapsed

    var activation: EventReference? { before }

    var shortcut: [Shortcut] {
        let isPlain = kind == .plain && limit == nil && condition == nil
        if isPlain, require.moves { return [] }
        return [isPlain ? Shortcut(.precedence, before, require) : Shortcut(.activation, before)]
    }

    func run(_ timeline: inout Timeline) -> Finding {
        guard let first = timeline.firstMatch(before, in: timeline.range) else { return Finding(.notActivated) }
        if kind == .plain, limit == nil, condition == nil {
            // Once there is an earlier one, nothing can break it any more.
            let earlier = timeline.firstMatch(require, in: timeline.lower..<first)
            var finding = Finding(earlier == nil ? .fail : .pass, first: first)
            finding.horizon = earlier ?? first
            // Unless what came earlier is the last of its kind, which may yet come again.
            return earlier != nil && require.moves ? .kept(timeline) : finding
        }
        var unknown: String?
        do throws(EvaluationError) {
            let scale = limit == nil ? TimeScale.elapsed : try timeline.scale(clock)
            let seconds = try timeline.resolve(limit, on: scale)
            var last = timeline.lower - 1
            for index in timeline.range where timeline.matches(before, index) {
                do throws(EvaluationError) {
                    if try !isPrepared(index, last, seconds, scale, &timeline) {
                        var finding = Finding(.fail, first: index)
                        finding.horizon = index
                        return finding
                    }
                } catch {
                    unknown = unknown ?? error.message
                    if timeline.isSpent { break }
                }
                last = index
            }
        } catch {
            return .notObservable(error.message)
        }
        if let unknown { return .notObservable(unknown) }
        return .kept(timeline)
    }

    /// Whether the event at `index` has what it requires; `last` is the one before it of its own kind.
    private func isPrepared(
        _ index: Int, _ last: Int, _ seconds: Int64?, _ scale: TimeScale, _ timeline: inout Timeline
    ) throws(EvaluationError) -> Bool {
        let candidates =
            switch kind {
            case .plain: timeline.lower..<index
            case .chain: max(timeline.lower, index - 1)..<index
            // As the vectors have it: the event itself counts, the last one does not.
            case .alternate: last + 1..<index + 1
            }
        var problem: EvaluationError?
        var passed = index
        for candidate in candidates.reversed() where timeline.matches(require, candidate) {
            try timeline.charge(seconds == nil ? 0 : 1, walked: passed - candidate)
            passed = candidate
            if let seconds,
                try scale.deadline(after: timeline.instants[candidate], seconds: seconds).last < timeline.instants[index]
            {
                continue
            }
            guard let condition else { return true }
            switch try timeline.holds(condition, event: candidate, activation: index, walked: 0) {
            case .fits: return true
            case .fitsNot: break
            case .unknown(let error): problem = problem ?? error
            }
        }
        try timeline.charge(walked: passed - candidates.lowerBound)
        if let problem { throw problem }
        return false
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        switch finding.verdict {
        case .fail: [require]
        case .notActivated: [before]
        default: require.moves ? [before, require] : [before]
        }
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        let index = finding.first
        let seconds = (try? timeline.resolve(limit, on: (try? timeline.scale(clock)) ?? .elapsed)) ?? nil
        let bound = seconds == nil ? "" : clock.meaning
        let fit = condition == nil ? "" : " that fits"
        let earlier = timeline.lastMatch(require, in: timeline.lower..<max(timeline.lower, index)) ?? -1
        let place =
            switch kind {
            case .plain: "no \(require.name)\(fit) before it"
            case .alternate: "no \(require.name)\(fit) since the last \(before.name)"
            case .chain: "no \(require.name)\(fit) just before it"
            }
        return timeline.evidence("\(timeline.told(index)) had \(place)\(" within ", length: seconds)\(bound)", earlier, index)
    }

    var meaning: String {
        let place =
            switch kind {
            case .plain: "has an earlier"
            case .alternate: "has, since the last one, an earlier"
            case .chain: "comes right after"
            }
        let bound = limit.map { " " + $0.meaning("within") + clock.meaning } ?? ""
        return "every \(before.name) \(place) \(require.name)\(bound)" + (condition.map { " where `\($0.text)`" } ?? "")
    }
}
