import Language

/// A shortcut beside other quick ways.
final class QuickShortcut: QuickJudge, @unchecked Sendable {
    private let shortcuts: UnsafeMutableBufferPointer<Shortcut>

    init?(_ shortcuts: [Shortcut]) {
        guard !shortcuts.isEmpty else { return nil }
        self.shortcuts = .allocate(capacity: shortcuts.count)
        _ = self.shortcuts.initialize(from: shortcuts)
    }

    deinit { shortcuts.deallocate() }

    override func verdict(_ timeline: inout Timeline) -> Verdict? { timeline.answer(shortcuts, at: 0) }
}

/// `all_of` and `any_of`, on a closed record.
final class QuickCombination: QuickJudge, @unchecked Sendable {
    private let parts: [QuickJudge]
    private let needsAll: Bool

    /// `any_of` asks the parts that have a quick way; `all_of` needs one of each.
    init?(_ machine: Combination) {
        // A part that asks what instant it is may come to have a say.
        guard !machine.parts.contains(where: \.followsNow) else { return nil }
        parts = machine.parts.compactMap { $0.quick ?? QuickShortcut($0.shortcut) }
        needsAll = machine.needsAll
        guard !parts.isEmpty, !needsAll || parts.count == machine.parts.count else { return nil }
    }

    override func verdict(_ timeline: inout Timeline) -> Verdict? {
        guard timeline.closed != nil else { return nil }
        var isPassed = false
        for index in parts.indices {
            let verdict = parts[index].verdict(&timeline)
            if verdict == .pass {
                if !needsAll { return .pass }
                isPassed = true
            } else if needsAll, verdict != .notActivated {
                return nil
            }
        }
        return isPassed ? .pass : needsAll ? .notActivated : nil
    }
}
