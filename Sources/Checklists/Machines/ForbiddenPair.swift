import Language

/// `not_response` and `not_chain_response` where a limit or a condition says which pairs of events are meant: after one
/// event, none of another kind that fits comes within the limit, or comes next.
struct ForbiddenPair: Machine {
    let after: EventReference
    let never: EventReference
    let isChain: Bool
    let limit: Limit?
    let condition: Question?
    var clock = Clock.elapsed

    var activation: EventReference? { after }

    func run(_ timeline: inout Timeline) -> Finding {
        var found: (first: Int, second: Int)?
        var problem: String?
        var count = 0
        var lastDue: Instant?
        do throws(EvaluationError) {
            let scale = limit == nil ? TimeScale.elapsed : try timeline.scale(clock)
            let seconds = try timeline.resolve(limit, on: scale)
            for index in timeline.range where timeline.matches(after, index) {
                count += 1
                do throws(EvaluationError) {
                    let end = isChain ? min(index + 2, timeline.upper) : timeline.upper
                    let due = try timeline.due(limit, seconds: seconds, on: scale, for: index)
                    if case .at(let deadline) = due { lastDue = deadline.last } else { lastDue = nil }
                    if found == nil, let second = try timeline.firstFit(never, for: index, upTo: end, due, condition) {
                        found = (index, second)
                    }
                } catch {
                    problem = problem ?? error.message
                    if timeline.isSpent { break }
                }
            }
        } catch {
            return .notObservable(error.message)
        }
        var finding = Finding(.notActivated)
        if let found {
            finding = Finding(.fail, first: found.first, second: found.second)
        } else if let problem {
            return .notObservable(problem)
        } else if count > 0 {
            finding = .kept(timeline)
        }
        finding.obligations = count
        finding.obligationDue = lastDue
        return finding
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        switch finding.verdict {
        case .fail: []
        case .notActivated: [after]
        default: [never] + (timeline.firstMatch(never, in: timeline.range) == nil ? [] : [after])
        }
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        let seconds = (try? timeline.resolve(limit, on: (try? timeline.scale(clock)) ?? .elapsed)) ?? nil
        let bound = seconds == nil ? "" : clock.meaning
        return timeline.evidence(
            """
            \(timeline.told(finding.first)) was followed\(isChain ? " at once" : "")\(" within ", length: seconds)\(bound) \
            by \(timeline.told(finding.second, as: never))
            """, finding.first, finding.second)
    }

    var meaning: String {
        let bound = limit.map { " " + $0.meaning("within") + clock.meaning } ?? ""
        return "after \(after.name), \(never.name) \(isChain ? "does not come next" : "never comes")\(bound)"
            + (condition.map { " where `\($0.text)`" } ?? "")
    }
}
