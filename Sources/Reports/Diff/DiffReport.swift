import Checklists
package import Scoring

/// A diff with what it is a diff of, ready to be said in one of its forms.
package struct DiffReport {
    /// What was compared.
    package enum Subject: String, Sendable { case checklists, audits }

    package let subject: Subject
    /// As people named the two.
    package let oldName: String
    package let newName: String
    /// The pull that two sets of checklists judged; nil for audits.
    package let snapshot: String?
    package let diff: AuditDiff
    package var verdicts: VerdictChanges

    package init(
        subject: Subject, oldName: String, newName: String, snapshot: String?, diff: AuditDiff,
        verdicts: VerdictChanges = VerdictChanges(list: [])
    ) {
        self.subject = subject
        self.oldName = oldName
        self.newName = newName
        self.snapshot = snapshot
        self.diff = diff
        self.verdicts = verdicts
    }

    /// Whether a record fails that did not; of audits, whether more of them fail.
    package var failsMore: Bool {
        guard subject == .audits else { return verdicts.list.contains { $0.to == .fail } }
        let before = Dictionary(
            diff.old.partners.flatMap { partner in partner.items.map { ([partner.id, $0.checklist, $0.item], $0.fail) } },
            uniquingKeysWith: { first, _ in first })
        return diff.new.partners.contains { partner in
            partner.items.contains { $0.fail > before[[partner.id, $0.checklist, $0.item], default: 0] }
        }
    }

    /// Nil where nothing is otherwise.
    var summary: String? { diff.summary(verdicts.list) }

    /// What is known to be less than it seems: sources of either audit that are not complete.
    var caveats: [String] {
        let sides = [(oldName, diff.old), (newName, diff.new)]
        var told: [String] = []
        for (name, audit) in sides {
            for source in audit.sources where source.outcome != "complete" && source.reason?.hasPrefix("left_out") != true {
                let what = "source '\(source.id)' is \(source.outcome)" + (source.reason.map { ": " + $0 } ?? "")
                // Two sets of checklists judge one pull: once is enough.
                if subject == .checklists {
                    if !told.contains(what) { told.append(what) }
                } else {
                    told.append("\(name): \(what)")
                }
            }
        }
        return told
    }
}

/// The words that texts and comments share.
enum DiffWords {
    static func verdict(_ verdict: String?) -> String { verdict ?? "not judged" }

    /// `92.5 % (700 of 757)`; a dash where nothing is decided.
    static func rate(_ item: AuditFigures.Item?) -> String {
        guard let item, let rate = item.rate else { return "–" }
        return Figures.percent(rate, decimals: 1) + " (\(Figures.count(item.met)) of \(Figures.count(item.met + item.missed)))"
    }

    /// `81.4 (76.0 to 86.1)`; a dash where there is not enough data.
    static func score(_ score: AuditFigures.Score?) -> String {
        guard let score, let value = score.value else { return "–" }
        func number(_ value: Double) -> String { Figures.percentNumber(value / 100, decimals: 1) }
        guard let low = score.low, let high = score.high else { return number(value) }
        return "\(number(value)) (\(number(low)) to \(number(high)))"
    }

    static func function(_ change: AuditDiff.Change<AuditFigures.Score>) -> String {
        (change.new ?? change.old)?.function ?? "every function"
    }

    static func versions(_ old: String?, _ new: String?) -> String {
        guard let old, let new, old != new else { return old ?? new ?? "" }
        return "\(old) → \(new)"
    }

    static func kind(_ flag: AuditFigures.Flag) -> String { flag.kind + (flag.dimension.map { " (\($0))" } ?? "") }

    static func partner(_ partner: AuditFigures.Partner?) -> String {
        guard let partner else { return "–" }
        return Figures.count(partner.records, "record")
            + (partner.functions.isEmpty ? "" : ", " + partner.functions.joined(separator: ", "))
    }

    static func source(_ source: AuditFigures.Source?) -> String {
        guard let source else { return "–" }
        return source.outcome + ", " + Figures.count(source.records, "record")
            + (source.rejected > 0 ? ", \(Figures.count(source.rejected)) rejected" : "")
    }
}
