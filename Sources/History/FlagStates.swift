import Scoring

/// What has become of flags since the audit before.
///
/// `new` was in no earlier audit, `still` was in the last one, `back` was in an earlier one but not in the last. A flag of
/// the last audit that is not raised now is `fixed` where its item was tested again. Where too little is decided now, as
/// when a source no longer answers, nothing was fixed: the flag stays, and says so. One whose partner, item or target is
/// gone from the plan is gone with it.
enum FlagStates {
    static let cannotTell = "; too little is decided now to say otherwise"

    static func told(_ flags: [Flag], partners: [PartnerResult], last: [Flag], ever: Set<String>) -> [Flag] {
        let lastIDs = Set(last.map(\.id))
        var told = flags.map { flag in
            var flag = flag
            flag.state = lastIDs.contains(flag.id) ? .still : ever.contains(flag.id) ? .back : .new
            return flag
        }
        let raised = Set(flags.map(\.id))
        told += last.filter { !raised.contains($0.id) }.compactMap { flag in
            item(of: flag, in: partners).flatMap { left(flag, $0) }
        }
        return Flag.sorted(told)
    }

    private static func item(of flag: Flag, in partners: [PartnerResult]) -> ItemResult? {
        partners.first { $0.id == flag.partner }?.items.first { $0.checklist == flag.checklist && $0.item == flag.item }
    }

    /// A flag of the last audit that is not raised now.
    private static func left(_ flag: Flag, _ item: ItemResult) -> Flag? {
        guard item.target != nil else { return nil }
        var flag = flag
        if StandardFlags.isTested(item) {
            flag.state = .fixed
        } else {
            flag.state = .still
            if !flag.sentence.hasSuffix(cannotTell) { flag.sentence += cannotTell }
        }
        return flag
    }
}
