import Language

/// `each`: an expression is true of every event of a kind.
struct Each: Machine {
    let event: EventReference
    let holds: Question

    var activation: EventReference? { event }

    func run(_ timeline: inout Timeline) -> Finding {
        var unknown: String?
        var isActivated = false
        for index in timeline.range where timeline.matches(event, index) {
            isActivated = true
            do throws(EvaluationError) {
                if try !timeline.holds(holds, event: index) { return Finding(.fail, first: index) }
            } catch {
                unknown = unknown ?? "event \(index + 1): \(error.message)"
            }
        }
        if let unknown { return .notObservable(unknown) }
        return isActivated ? .kept(timeline) : Finding(.notActivated)
    }

    var shortcut: [Shortcut] { [Shortcut(.activation, event)] }

    var quick: QuickJudge? { QuickEach(self) }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] {
        finding.verdict == .fail ? [] : [event]
    }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        timeline.evidence("`\(holds.text)` is not true of \(timeline.told(finding.first))", finding.first)
    }

    var meaning: String { "for \(event.name == anyEvent ? "every event" : "every \(event.name)"), `\(holds.text)`" }
}

/// The words for the event that every event is.
let anyEvent = "any event"

/// `steps`: an expression is true of every pair of neighbouring events.
struct Steps: Machine {
    let holds: Question
    let when: Question?
    let among: EventReference?

    var quick: QuickJudge? { QuickSteps(self) }

    func run(_ timeline: inout Timeline) -> Finding {
        var unknown: String?
        var isActivated = false
        var last = -1
        for index in timeline.range where among.map({ timeline.matches($0, index) }) ?? true {
            defer { last = index }
            guard last >= 0 else { continue }
            do throws(EvaluationError) {
                if let when, try !timeline.holds(when, event: last, second: index) { continue }
                isActivated = true
                if try !timeline.holds(holds, event: last, second: index) {
                    var finding = Finding(.fail, first: last, second: index)
                    finding.horizon = index + 1
                    return finding
                }
            } catch {
                unknown = unknown ?? "events \(last + 1) and \(index + 1): \(error.message)"
            }
        }
        if let unknown { return .notObservable(unknown) }
        return isActivated ? .kept(timeline) : Finding(.notActivated)
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] { among.map { [$0] } ?? [] }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        timeline.evidence(
            "`\(holds.text)` is not true from \(timeline.told(finding.first)) to \(timeline.told(finding.second))",
            finding.first, finding.second)
    }

    var meaning: String {
        let events = among.map { "neighbouring events among \($0.name)" } ?? "neighbouring events"
        return "for all \(events)" + (when.map { " where `\($0.text)`" } ?? "") + ", `\(holds.text)`"
    }
}

/// `holds`: an expression is true of the record as it stands.
struct Condition: Machine {
    let holds: Question

    func run(_ timeline: inout Timeline) -> Finding {
        do throws(EvaluationError) {
            return Finding(try timeline.holds(holds) ? .pass : .fail)
        } catch {
            return .notObservable(error.message)
        }
    }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] { [] }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        Evidence(reason: "`\(holds.text)` is not true")
    }

    var meaning: String { "`\(holds.text)`" }
}

/// `all_of` and `any_of`: every part holds, or at least one does. Parts that nothing activates have no say.
struct Combination: Machine {
    let parts: [Check]
    let needsAll: Bool

    /// Every part judges in the combination's own span, narrowed by its own where it has one.
    func run(_ timeline: inout Timeline) -> Finding {
        let outer = timeline.narrowing
        defer { timeline.narrowing = outer }
        let decisive: Verdict = needsAll ? .fail : .pass
        var unknown: Finding?
        var left = Left()
        var obligations = 0
        var obligationDue: Instant?
        var isDecided = false
        for index in parts.indices {
            timeline.narrowing = outer
            let finding = parts[index].judge(within: &timeline)
            // An only obligation among the parts is the whole's: both fall due at the same moment.
            obligations += finding.obligations
            obligationDue = finding.obligationDue ?? obligationDue
            if finding.verdict == decisive {
                isDecided = true
            } else if finding.verdict == .notObservable {
                unknown = unknown ?? finding
            } else if finding.verdict == .notActivated {
                // A part that nothing has activated yet has no say yet.
                left.mayActivate = left.mayActivate || timeline.closed == nil || parts[index].followsNow
            } else {
                left.note(finding)
            }
        }
        var finding = isDecided ? Finding(decisive) : unknown ?? left.finding(needsAll: needsAll)
        finding.obligations = obligations
        finding.obligationDue = obligationDue
        return finding
    }

    /// What the parts that decide nothing leave to come.
    private struct Left {
        private var pass = false
        private var fail = false
        private var holding = false
        private var pending = false
        private var earliest: Instant?
        private var latest: Instant?
        /// A part may still come to have a say.
        var mayActivate = false
        /// Something is owed that never falls due.
        private var isEndless = false

        mutating func note(_ finding: Finding) {
            switch finding.verdict {
            case .pass: pass = true
            case .fail: fail = true
            case .holding: holding = true
            case .pending:
                pending = true
                guard let due = finding.due else {
                    isEndless = true
                    return
                }
                earliest = min(earliest ?? due, due)
                latest = max(latest ?? due, due)
            case .notActivated, .notApplicable, .notObservable: break
            }
        }

        /// Owed before kept for all, kept before owed for any.
        func finding(needsAll: Bool) -> Finding {
            if holding, !needsAll || !pending { return Finding(.holding) }
            if pending {
                var finding = Finding(.pending)
                finding.due = needsAll ? earliest : isEndless || mayActivate ? nil : latest
                return finding
            }
            var finding = Finding(needsAll && pass ? .pass : !needsAll && fail ? .fail : .notActivated)
            if mayActivate { finding.soften() }
            return finding
        }
    }

    var shortcut: [Shortcut] { Shortcut.combination(parts.map(\.shortcut), needsAll: needsAll) }

    var quick: QuickJudge? { QuickCombination(self) }

    func doubtful(_ finding: Finding, _ timeline: borrowing Timeline) -> [EventReference] { [] }

    func evidence(_ finding: Finding, _ timeline: inout Timeline) -> Evidence {
        let outer = timeline.narrowing
        var reasons: [String] = []
        var events: [Evidence.CitedEvent] = []
        var stretches: [[Evidence.Stretch]] = []
        for part in parts {
            timeline.narrowing = outer
            let finding = part.judge(within: &timeline)
            guard finding.verdict == .fail, let evidence = part.evidence(finding, &timeline) else { continue }
            reasons.append(evidence.reason)
            events += evidence.events
            if !evidence.stretches.isEmpty { stretches.append(evidence.stretches) }
        }
        var evidence = Evidence(reason: reasons.joined(separator: "; "), events: events)
        // Those of several parts would not follow one another.
        if stretches.count == 1 { evidence.stretches = stretches[0] }
        return evidence
    }

    var isAdvisory: Bool { parts.contains(where: \.machine.isAdvisory) }

    var meaning: String { parts.map(\.meaning).joined(separator: needsAll ? "; and " : "; or ") }
}
