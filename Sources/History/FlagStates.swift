import Scoring

/// What has become of flags since the audit before.
///
/// `new` was in no earlier audit, `still` was in the last one, `back` was in an earlier one but not in the last. A flag of
/// the last audit that is not raised now is `fixed` where its item was tested again. Where too little is decided now, as
/// when a source no longer answers, nothing was fixed: the flag stays, and says so. One whose partner, item or target is
/// gone from the plan is gone with it.
enum FlagStates {
    static let cannotTell = "; too little is decided now to say otherwise"

    /// `isPlanned` says whether the plan still asks about the partner and item of a flag that no result is there for: a
    /// partner whose data stopped coming is not forgotten.
    static func told(
        _ flags: [Flag], partners: [PartnerResult], last: [Flag], ever: Set<String>, isPlanned: (Flag) -> Bool = { _ in false }
    ) -> [Flag] {
        let lastIDs = Set(last.map(\.id))
        var told = flags.map { flag in
            var flag = flag
            flag.state = lastIDs.contains(flag.id) ? .still : ever.contains(flag.id) ? .back : .new
            return flag
        }
        let raised = Set(flags.map(\.id))
        told += last.filter { !raised.contains($0.id) }.compactMap { flag in
            item(of: flag, in: partners).map { left(flag, $0) } ?? (isPlanned(flag) ? unknown(flag) : nil)
        }
        return Flag.sorted(told)
    }

    private static func item(of flag: Flag, in partners: [PartnerResult]) -> ItemResult? {
        partners.first { $0.id == flag.partner }?.items.first { $0.checklist == flag.checklist && $0.item == flag.item }
    }

    /// A flag of the last audit that is not raised now.
    private static func left(_ flag: Flag, _ item: ItemResult) -> Flag? {
        guard item.target != nil else { return nil }
        guard StandardFlags.isTested(item) else { return unknown(flag) }
        var flag = flag
        flag.state = .fixed
        return flag
    }

    /// Nobody can say what became of it.
    private static func unknown(_ flag: Flag) -> Flag {
        var flag = flag
        flag.state = .still
        if !flag.sentence.hasSuffix(cannotTell) { flag.sentence += cannotTell }
        return flag
    }
}
