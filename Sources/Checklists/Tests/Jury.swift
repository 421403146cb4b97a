import Language
import Timelines

/// Judges the cases of tests by versions of a checklist, those of the tests or others in their place.
struct Jury {
    let versions: [Checklist]
    let calendars: [String: BusinessCalendar]
    let partners: [Partner]?
    private let activities: ActivityTable

    static let settle = Duration.seconds(30 * 86_400)

    init(versions: [Checklist], calendars: [String: BusinessCalendar], partners: [Partner]?) {
        self.versions = versions
        self.calendars = calendars
        self.partners = partners
        activities = ActivityTable(versions.flatMap(\.activityNames))
    }

    init(of tests: ChecklistTests) {
        self.init(versions: tests.versions, calendars: tests.calendars, partners: tests.partners)
    }

    /// An item's verdict on a case, and what gave it.
    struct Ruling {
        let verdict: ItemVerdict
        let item: ItemDescription
        let checklist: Checklist
        let rule: Checklist.Rule
    }

    /// By item: the ruling of the version in force, since all others say that they do not apply.
    func rulings(on trial: ChecklistTests.Trial) -> [String: Ruling] {
        let sources = versions.flatMap { version in version.items.indices.map { (version, $0) } }
        var rulings: [String: Ruling] = [:]
        for verdict in verdicts(on: trial) {
            let (checklist, index) = sources[verdict.item]
            let ruling = Ruling(
                verdict: verdict, item: checklist.items[index], checklist: checklist, rule: checklist.rules[index])
            let before = rulings[ruling.item.id]
            if before == nil || before?.verdict.verdict == .notApplicable { rulings[ruling.item.id] = ruling }
        }
        return rulings
    }

    /// The verdicts on a case's record or, where customers are judged, on the customer of its records; a verdict's `item` is
    /// an index into the items of all versions.
    func verdicts(on trial: ChecklistTests.Trial) -> [ItemVerdict] {
        let records = trial.records.map { $0.numbered(by: activities) }
        guard versions.first?.unit == .customer else {
            return records.first.map { judge(asOf: trial.asOf).judge($0).verdicts } ?? []
        }
        let customers = CustomerJudge(
            checklists: versions, activities: activities, partners: partners, producible: [:], asOf: trial.asOf,
            settle: Self.settle, calendars: calendars)
        var scratch = customers.makeScratch()
        // A customer none of whose records has opened yet is nobody's.
        let nobody = customers.items.indices.map { ItemVerdict(item: $0, verdict: .notApplicable) }
        return customers.judge(records, scratch: &scratch)?.judgement.verdicts ?? nobody
    }

    func judge(asOf: Instant) -> Judge {
        Judge(
            checklists: versions, activities: activities, partners: partners, producible: [:], asOf: asOf, settle: Self.settle,
            calendars: calendars)
    }

    /// The same record as its judge wants it.
    func numbered(_ record: ServiceRecord) -> ServiceRecord { record.numbered(by: activities) }
}

extension Jury.Ruling {
    /// How the verdict came about, in a sentence.
    func derivation(on trial: ChecklistTests.Trial, partners: [Partner]?) -> String {
        switch verdict.verdict {
        case .fail, .notObservable: verdict.evidence?.reason ?? item.meaning
        case .pass: "kept for good: \(item.meaning)"
        case .holding: "kept so far, and could still break: \(item.meaning)"
        case .pending: "owed until \(verdict.due?.description ?? "the record closes"): \(item.meaning)"
        case .notActivated: "nothing sets it off: \(item.meaning)"
        case .notApplicable: refusal(of: trial, partners)
        }
    }

    /// Why the item does not apply.
    private func refusal(of trial: ChecklistTests.Trial, _ partners: [Partner]?) -> String {
        guard let record = trial.records.first else { return "there is no record" }
        if let opened = record.opened, opened > trial.asOf { return "the record opens after 'as_of', at \(opened)" }
        let listed = partners?.first { $0.id == record.partner }
        if partners != nil, listed == nil { return "the partner '\(record.partner)' is not among 'partners'" }
        let belongs = record.function.map { "the record belongs to '\($0)'" } ?? "the record belongs to none"
        if let own = checklist.function, own != record.function {
            return "the checklist judges the function '\(own)', \(belongs)"
        }
        if let performed = listed?.functions, !(record.function.map(performed.contains) ?? false) {
            return "the partner '\(record.partner)' performs " + performed.sorted().map { "'\($0)'" }.joined(separator: ", ")
                + ", \(belongs)"
        }
        if let opened = record.opened, !checklist.effective.contains(opened) {
            return "version \(checklist.version) is in force \(checklist.effective.text), the record opened at \(opened)"
        }
        var timeline = Timeline()
        timeline.source.record = record
        timeline.source.asOf = trial.asOf
        timeline.bindings[Names.recordSlot] = timeline.source.recordValue
        for (word, question) in [("applies", checklist.applies), ("when", rule.when)] {
            guard let question, let holds = try? timeline.holds(question), !holds else { continue }
            return "'\(word)' is not true: `\(question.text)`"
        }
        return "it does not apply to what is judged"
    }
}
