import Language
import Timelines

/// `recurrence`: no gap longer than a limit between events of a kind, from one moment to another.
///
/// The moments themselves end gaps: nothing is owed before the first nor after the second. Where the second has not come,
/// the gap at hand lasts until now, or until the record closed.
struct Recurrence: Machine {
    let of: EventReference
    let every: Limit
    let from: Moment
    /// Nil: until the record closes.
    let until: Moment?
    let clock: Clock

    var quick: QuickJudge? { QuickRecurrence(self) }

    func run(_ timeline: inout Timeline) -> Finding {
        do throws(EvaluationError) {
            return try follow(&timeline)
        } catch {
            return .notObservable(error.message)
        }
    }

    private func follow(_ timeline: inout Timeline) throws(EvaluationError) -> Finding {
        guard let reach = try Reach.find(from: from, until: until, &timeline) else { return Finding(.notActivated) }
        let scale = try timeline.scale(clock)
        guard let seconds = try timeline.resolve(every, on: scale) else { return Finding(.notActivated) }
        var last = reach.start.at
        var lastIndex = reach.start.index ?? -1
        for index in timeline.range where timeline.matches(of, index) {
            let at = timeline.instants[index]
            guard at > last, at < reach.end || reach.isNow && at == reach.end else { continue }
            if try isLate(at, after: last, seconds, scale) {
                return try broken(lastIndex, index, reach, due: scale.deadline(after: last, seconds: seconds), timeline)
            }
            last = at
            lastIndex = index
        }
        if try isLate(reach.end, after: last, seconds, scale) {
            let due = try scale.deadline(after: last, seconds: seconds)
            return broken(lastIndex, reach.endIndex, reach, due: due, timeline)
        }
        if let doubt = reach.doubt { return .notObservable(doubt) }
        guard reach.isOpen || timeline.isOpen && of.moves else { return Finding(.pass, first: lastIndex) }
        var finding = Finding(.holding, first: lastIndex)
        // When the next one is due, while nothing else may end the gap unseen.
        if reach.isNow {
            let due = try scale.deadline(after: last, seconds: seconds).due
            if reach.known.map({ due < $0 }) ?? true { finding.due = due }
        }
        return finding
    }

    private func isLate(
        _ instant: Instant, after last: Instant, _ seconds: Int64, _ scale: TimeScale
    ) throws(EvaluationError) -> Bool {
        if case .elapsed = scale { return last.advanced(bySeconds: seconds) < instant }
        return try scale.time(from: last, to: instant) > .seconds(seconds)
    }

    /// While the first moment may still be another, nothing about it has failed for good.
    private func broken(
        _ first: Int, _ second: Int, _ reach: Reach, due: Deadline, _ timeline: borrowing Timeline
    ) -> Finding {
        var finding = Finding(reach.mayMove(timeline) ? .pending : .fail, first: first, second: second)
        // What came too late to end the gap does not matter.
        finding.horizon = timeline.range.first { timeline.instants[$0] > due.last }
        return finding
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        // More events only make gaps shorter.
        finding.verdict == .fail || finding.verdict == .pending ? [of] : []
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        guard let scale = try? timeline.scale(clock),
            let reach = (try? Reach.find(from: from, until: until, &timeline)) ?? nil
        else {
            return Evidence(reason: "the gaps between \(of.name) are too long")
        }
        let seconds = (try? timeline.resolve(every, on: scale)) ?? nil
        let start = finding.first >= 0 ? timeline.instants[finding.first] : reach.start.at
        let end = finding.second >= 0 ? timeline.instants[finding.second] : reach.end
        let length = ((try? scale.time(from: start, to: end)) ?? .zero).components.seconds
        return timeline.evidence(
            """
            \(of.name == anyEvent ? "nothing happened" : "no \(of.name)") for \(length: length)\(clock.meaning), from \(start) to \(end); \
            one is expected every \(length: seconds ?? 0)
            """, finding.first, finding.second)
    }

    var meaning: String {
        let end = until.map { " to \($0.meaning)" } ?? ""
        return "from \(from.meaning)\(end), \(of.name) comes \(every.meaning("every"))\(clock.meaning)"
    }
}
