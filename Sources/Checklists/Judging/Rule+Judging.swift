import Language
import Timelines

extension Question {
    /// Nil where the condition holds; else what that makes of the verdict. `word` is the key that states it.
    func refusal(_ word: String, _ timeline: inout Timeline) -> Finding? {
        do throws(EvaluationError) {
            return try timeline.holds(self) ? nil : Finding(.notApplicable)
        } catch {
            return .notObservable("'\(word)' cannot be told: \(error.message)")
        }
    }
}

extension Checklist.Rule {
    /// Appends the rule's verdict on the record in the timeline, with evidence where there is a breach to explain.
    func judge(_ isSettled: Bool, _ timeline: inout Timeline, _ verdicts: inout VerdictList) {
        timeline.refill()
        let decides = isUnconditional && timeline.unknownEvents == nil
        var finding = decides ? check.judge(&timeline) : finding(&timeline)
        if finding.verdict == .pending, finding.due == nil, !timeline.source.told.tellsClosing {
            // Only closing would make a fail of it.
            finding = .notObservable("the source '\(timeline.source.record.provenance.source)' never tells when records close")
        }
        let verdict = finding.verdict
        // Evidence may judge parts again, and must find the same.
        if verdict == .fail { timeline.refill() }
        switch verdict {
        case .pass, .holding:
            let counts = isSettled || finding.fellDue(by: timeline.asOf)
            verdicts.append(verdict, counts ? .met : .none, due: verdict == .pass ? nil : finding.due, evidence: nil)
        case .fail:
            let counts = isSettled || finding.fellDue(by: timeline.asOf)
            verdicts.append(verdict, counts ? .missed : .none, evidence: check.evidence(finding, &timeline))
        case .pending: verdicts.append(verdict, due: finding.due, evidence: nil)
        case .notObservable: verdicts.append(verdict, evidence: check.evidence(finding, &timeline))
        case .notActivated, .notApplicable: verdicts.append(verdict)
        }
    }

    /// True where the check alone decides.
    var isUnconditional: Bool { when == nil && observable == nil }

    /// True where the check decides, at most after a `when` that takes no evaluating.
    var isPlain: Bool { observable == nil && when.map { $0.direct != nil } ?? true }

    /// True where `when` plainly says that the item does not apply.
    func isRefused(_ timeline: inout Timeline) -> Bool { when?.refusal("when", &timeline)?.verdict == .notApplicable }

    private func finding(_ timeline: inout Timeline) -> Finding {
        if let when, let finding = when.refusal("when", &timeline) { return finding }
        if let observable {
            do throws(EvaluationError) {
                if try !timeline.holds(observable) { return .notObservable("`\(observable.text)` is not true") }
            } catch {
                return .notObservable("'observable' cannot be told: \(error.message)")
            }
        }
        if let why = timeline.unknownEvents { return .notObservable("events of the record could not be read: \(why)") }
        return check.judge(&timeline)
    }
}
