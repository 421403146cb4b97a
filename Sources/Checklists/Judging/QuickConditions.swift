import Language

/// An `each` whose condition takes no evaluating.
final class QuickEach: QuickJudge, @unchecked Sendable {
    private let event: EventReference
    private let holds: any DirectTest

    init?(_ machine: Each) {
        guard !machine.event.isDerived, let holds = machine.holds.direct else { return nil }
        event = machine.event
        self.holds = holds
    }

    override func verdict(_ timeline: inout Timeline) -> Verdict? {
        guard timeline.happens(event) else { return .notActivated }
        for index in 0..<timeline.count where timeline.matches(event, index) {
            guard holds.answer(in: timeline.source, event: index, second: 0) == true else { return nil }
        }
        return timeline.kept
    }
}

/// `steps` whose conditions take no evaluating.
final class QuickSteps: QuickJudge, @unchecked Sendable {
    private let among: EventReference
    private let holds: any DirectTest
    private let when: (any DirectTest)?

    init?(_ machine: Steps) {
        guard let among = machine.among, !among.isDerived, let holds = machine.holds.direct else { return nil }
        if let when = machine.when, when.direct == nil { return nil }
        self.among = among
        self.holds = holds
        when = machine.when?.direct
    }

    override func verdict(_ timeline: inout Timeline) -> Verdict? {
        var last = -1
        var isActivated = false
        for index in 0..<timeline.count where timeline.matches(among, index) {
            defer { last = index }
            guard last >= 0 else { continue }
            if let when {
                guard let applies = when.answer(in: timeline.source, event: last, second: index) else { return nil }
                guard applies else { continue }
            }
            guard holds.answer(in: timeline.source, event: last, second: index) == true else { return nil }
            isActivated = true
        }
        return isActivated ? timeline.kept : .notActivated
    }
}
