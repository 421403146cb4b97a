import Checklists
import Fetching
import Language
import Scoring
import Timelines

/// Everything an audit will do, read from the configuration and the checklists before any request is made.
struct AuditPlan {
    let network: String
    var checklists: [Checklist]
    let checklistDigests: [Audit.ChecklistDigest]
    /// Nil where the config declares none: then every partner that records name is audited.
    var partners: [Partner]?
    /// By name.
    let calendars: [String: BusinessCalendar]
    var sources: [PlannedSource]
    let historyPath: String
    /// Nil where none are kept.
    let snapshots: SnapshotStore?
    /// How old a snapshot may become; nil where all are kept.
    let retention: Duration?
    /// How far before `as_of` a pull looks.
    let windowMonths: Int
    /// By which fields comparable cases are found.
    let caseMix: CaseMix
    let settle: Duration
    /// From the config; an option overrides it.
    let asOf: Instant?
    /// `sha256:…` of the configuration's files.
    let configDigest: String
    /// True where the newest version of each checklist judges every record, whenever it was opened.
    var rejudges = false

    /// Where neither the config nor the checklist says otherwise.
    static let defaultSettle = Duration.seconds(30 * 86400)

    /// A source with what its rows become.
    struct PlannedSource {
        var source: Source
        let mapping: Mapping
        /// Lists of its records that lie elsewhere.
        let children: [ChildPlan]
        /// True where the same record may come from another source too.
        let merges: Bool
        /// A digest of what says where its records come from and what they become: records that another one brought are
        /// others.
        let fingerprint: String
    }

    /// Fetches the secrets of the sources, the last thing before the first request; diagnostics say what is not there. A
    /// replay needs none.
    mutating func unlock(_ selection: Selection, environment: [String: String], diagnostics: Diagnostics) {
        for index in sources.indices where selection.reason(against: sources[index]) == nil {
            if let source = sources[index].source.unlocked(environment: environment, diagnostics: diagnostics) {
                sources[index].source = source
            }
        }
    }

    /// The checklists that judge.
    var judging: [Checklist] { rejudges ? Checklist.newest(of: checklists) : checklists }

    var activities: ActivityTable { ActivityTable(checklists.flatMap(\.activityNames)) }

    /// What rows say beside verdicts in an audit as of an instant.
    func cases(asOf: Instant) -> CasePlan {
        CasePlan(mix: caseMix, window: CaseWindow(months: windowMonths, endingAt: asOf))
    }

    /// Judges records; `customerJudge` judges customers. With `cases`, rows say what records are compared with.
    func judge(asOf: Instant, activities: ActivityTable, cases: CasePlan? = nil) -> Judge {
        Judge(
            checklists: judging.filter { $0.unit == .record }, activities: activities, partners: partners,
            producible: producible, told: told, asOf: asOf, settle: settle, calendars: calendars,
            cases: cases)
    }

    /// Nil where no checklist judges customers.
    func customerJudge(asOf: Instant, activities: ActivityTable) -> CustomerJudge? {
        let checklists = judging.filter { $0.unit == .customer }
        guard !checklists.isEmpty else { return nil }
        return CustomerJudge(
            checklists: checklists, activities: activities, partners: partners, producible: producible, asOf: asOf,
            settle: settle, calendars: calendars)
    }

    private var told: [String: ToldFields] {
        Dictionary(sources.map { ($0.source.id, $0.mapping.told) }, uniquingKeysWith: { first, _ in first })
    }

    private var producible: [String: ProducibleActivities] {
        Dictionary(sources.map { ($0.source.id, $0.mapping.producible) }, uniquingKeysWith: { first, _ in first })
    }
}
