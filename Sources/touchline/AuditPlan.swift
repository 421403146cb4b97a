import Checklists
import Fetching
import Language
import Scoring
import Timelines

/// Everything an audit will do, read from the configuration and the checklists before any request is made.
struct AuditPlan {
    let network: String
    let checklists: [Checklist]
    let checklistDigests: [Audit.ChecklistDigest]
    /// Nil where the config declares none: then every partner that records name is audited.
    let partners: [Partner]?
    /// By name.
    let calendars: [String: BusinessCalendar]
    let sources: [PlannedSource]
    let historyPath: String
    let settle: Duration
    /// From the config; an option overrides it.
    let asOf: Instant?
    /// `sha256:…` of the configuration's files.
    let configDigest: String

    /// Where neither the config nor the checklist says otherwise.
    static let defaultSettle = Duration.seconds(30 * 86400)

    /// A source with what its rows become.
    struct PlannedSource {
        let source: Source
        let mapping: Mapping
        /// True where the same record may come from another source too.
        let merges: Bool
    }

    var activities: ActivityTable { ActivityTable(checklists.flatMap(\.activityNames)) }

    func judge(asOf: Instant, activities: ActivityTable) -> Judge {
        let producible = Dictionary(
            sources.map { ($0.source.id, $0.mapping.producible) }, uniquingKeysWith: { first, _ in first })
        return Judge(
            checklists: checklists, activities: activities, partners: partners, producible: producible, asOf: asOf,
            settle: settle,
            calendars: calendars)
    }
}
