import Scoring

/// What has become of flags since the audit before.
///
/// `new` was in no earlier audit, `still` was in the last one, `back` was in an earlier one but not in the last. A flag of
/// the last audit that is not raised now is `fixed` where the same statement was tested again, of whatever kind and
/// dimension it is. Where too little is known now, as when a source no longer answers, nothing was fixed: the flag stays, and
/// says so. One whose partner, item or target is gone from the plan is gone with it.
enum FlagStates {
    static let cannotTell = "; too little is decided now to say otherwise"

    /// `last` are the open flags of the last audit, `ever` the ids of all flags of all audits before.
    static func told(_ flags: [Flag], last: [Flag], ever: Set<String>, fate: (Flag) -> FlagFate) -> [Flag] {
        let lastIDs = Set(last.map(\.id))
        var told = flags.map { flag in
            var flag = flag
            flag.state = lastIDs.contains(flag.id) ? .still : ever.contains(flag.id) ? .back : .new
            return flag
        }
        let raised = Set(flags.map(\.id))
        told += last.filter { !raised.contains($0.id) }.compactMap { left($0, fate($0)) }
        return Flag.sorted(told)
    }

    /// A flag of the last audit that is not raised now.
    private static func left(_ flag: Flag, _ fate: FlagFate) -> Flag? {
        var flag = flag
        let isOpen = flag.sentence.hasSuffix(cannotTell)
        switch fate {
        case .tested:
            flag.state = .fixed
            if isOpen { flag.sentence.removeLast(cannotTell.count) }
        case .untold:
            flag.state = .still
            if !isOpen { flag.sentence += cannotTell }
        case .notAsked: return nil
        }
        return flag
    }
}
